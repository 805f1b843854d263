//! Soap, scent and what keeps skin and hair well.

use super::{Department, OptionKind, Shelf, choice, fact, scale};

pub(super) const BODY_CARE: Department =
    Department { name: "Body care", shelves: &[SOAP, SKIN_CARE, HAIR_CARE, CANDLES] };

const BOTTLES: OptionKind =
    scale("volume", 1, &[("50 ml", 60), ("100 ml", 100), ("250 ml", 190), ("500 ml", 320)]);

const SOAP: Shelf = Shelf {
    name: "Soap and shower",
    things: &["soap", "hand soap", "shower gel", "shaving soap", "bath salt"],
    lead: fact("scent", &["lavender", "cedar", "bergamot", "olive", "rosemary", "fig", "unscented"]),
    tail: fact("skin type", &["for dry skin", "for every skin", "for sensitive skin", "for hands that work"]),
    facts: &[
        fact("base", &["olive oil", "coconut oil", "shea butter"]),
        fact("origin", &["France", "Germany", "Greece", "Portugal"]),
    ],
    pitches: &[
        "Boiled in small batches and dried for six weeks.",
        "Made {tail}; the scent is {lead}, and it is discreet.",
        "No palm oil, no plastic, no promises.",
    ],
    tags: &["bathroom", "vegan", "natural", "gift idea"],
    options: &[choice("pack", &[("single", 100), ("pack of 3", 280), ("refill", 85)])],
    price: (4, 19),
    grams: (90, 350),
};

const SKIN_CARE: Shelf = Shelf {
    name: "Skin care",
    things: &["face cream", "body lotion", "hand cream", "face oil", "cleansing milk"],
    lead: fact(
        "main ingredient",
        &["rosehip", "oat", "almond", "aloe vera", "marigold", "squalane", "sea buckthorn"],
    ),
    tail: fact("skin type", &["for dry skin", "for every skin", "for sensitive skin", "for mature skin"]),
    facts: &[
        fact("certificate", &["Natrue", "Cosmos organic", "none"]),
        fact("origin", &["Germany", "France", "Switzerland", "Sweden"]),
    ],
    pitches: &[
        "Sinks in at once and leaves no shine.",
        "With {lead}, {tail}, and without perfume.",
        "Twelve ingredients; all of them are on the front.",
        "Tested by dermatologists, and by their families.",
    ],
    tags: &["natural", "vegan", "bathroom", "travel size"],
    options: &[BOTTLES],
    price: (9, 59),
    grams: (120, 180),
};

const HAIR_CARE: Shelf = Shelf {
    name: "Hair care",
    things: &["shampoo", "conditioner", "hair oil", "hair rinse", "hair mask"],
    lead: fact("main ingredient", &["nettle", "argan", "birch", "apple vinegar", "chamomile", "silk"]),
    tail: fact("hair type", &["for fine hair", "for curls", "for every day", "for coloured hair"]),
    facts: &[
        fact("free of", &["silicones", "sulphates", "silicones and sulphates"]),
        fact("origin", &["Germany", "Italy", "Morocco"]),
    ],
    pitches: &[
        "Washes gently and rinses out at once.",
        "With {lead}, {tail}.",
        "The bottle goes back and is filled again.",
    ],
    tags: &["bathroom", "vegan", "natural", "refill"],
    options: &[BOTTLES],
    price: (7, 35),
    grams: (110, 160),
};

const CANDLES: Shelf = Shelf {
    name: "Candles",
    things: &["scented candle", "candle in a glass", "travel candle", "outdoor candle"],
    lead: fact(
        "scent",
        &["fig leaf", "tobacco", "beeswax", "sandalwood", "orange blossom", "pine", "vetiver"],
    ),
    tail: fact("burning time", &["20 hours", "40 hours", "60 hours", "long-lasting"]),
    facts: &[
        fact("wax", &["soya", "rapeseed", "beeswax", "stearin"]),
        fact("origin", &["Denmark", "France", "England", "Germany"]),
    ],
    pitches: &[
        "Smells of {lead}, not of a perfume shop.",
        "Burns evenly to the end: {tail}.",
        "Poured by hand, in a workshop of three.",
    ],
    tags: &["gift idea", "winter", "living room", "vegan"],
    options: &[scale("size", 1, &[("80 g", 60), ("180 g", 100), ("300 g", 150)])],
    price: (9, 69),
    grams: (250, 420),
};
