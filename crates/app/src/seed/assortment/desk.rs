//! What one writes with, on and at.

use super::{COLOURS, Department, ORIGINS, OptionKind, Shelf, choice, fact, scale};

pub(super) const DESK: Department =
    Department { name: "Desk and paper", shelves: &[NOTEBOOKS, PENS, ORGANISERS, CARDS, SOUND] };

const PAPER_SIZES: OptionKind = scale("format", 1, &[("A6", 60), ("A5", 100), ("A4", 150)]);

const NOTEBOOKS: Shelf = Shelf {
    name: "Notebooks",
    things: &["notebook", "sketchbook", "diary", "writing pad", "travel journal"],
    lead: fact("cover", &["linen-bound", "leather", "recycled paper", "softcover", "cork", "clothbound"]),
    tail: fact("ruling", &["dotted", "lined", "plain", "squared"]),
    facts: &[
        ORIGINS,
        fact("paper", &["80 g/m²", "100 g/m²", "120 g/m²"]),
        fact("pages", &["96", "144", "192", "240"]),
    ],
    pitches: &[
        "Opens flat, and stays open.",
        "Paper that takes ink without letting it through; {tail}.",
        "Sewn, not glued, with two ribbons.",
        "Bound by a workshop of nine people.",
    ],
    tags: &["office", "school", "gift idea", "recycled"],
    options: &[PAPER_SIZES, COLOURS],
    price: (7, 39),
    grams: (110, 420),
};

const PENS: Shelf = Shelf {
    name: "Pens and pencils",
    things: &["fountain pen", "ballpoint pen", "mechanical pencil", "rollerball pen", "clutch pencil"],
    lead: fact("material", &["brass", "aluminium", "resin", "cedar", "steel", "walnut"]),
    tail: fact("line", &["extra fine", "fine", "medium", "broad"]),
    facts: &[ORIGINS, fact("refill", &["standard cartridge", "converter", "ISO 12757-2 refill", "none"])],
    pitches: &[
        "Writes at once, also after a month in a drawer.",
        "Line: {tail}. Body: {lead}, cool at first and warm soon.",
        "Made to be refilled, not replaced.",
    ],
    tags: &["office", "gift idea", "calligraphy"],
    options: &[choice(
        "colour",
        &[("black", 100), ("blue", 100), ("green", 100), ("bronze", 110), ("red", 100)],
    )],
    price: (3, 139),
    grams: (8, 60),
};

const ORGANISERS: Shelf = Shelf {
    name: "Desk organisers",
    things: &["pen holder", "desk tray", "book ends", "laptop stand", "desk mat", "letter tray"],
    lead: fact("material", &["felt", "oak", "powder-coated steel", "cork", "leather", "acrylic"]),
    tail: fact("look", &["minimal", "stackable", "with compartments", "slim"]),
    facts: &[ORIGINS, fact("assembly", &["none", "two screws"])],
    pitches: &[
        "For desks on which things tend to gather.",
        "Made of {lead}, {tail}, with feet that don't scratch.",
        "Hides the cables, shows the wood.",
    ],
    tags: &["home office", "office", "design"],
    options: &[COLOURS],
    price: (12, 99),
    grams: (120, 1900),
};

const CARDS: Shelf = Shelf {
    name: "Cards and wrapping",
    things: &["greeting card", "postcards", "wrapping paper", "envelopes", "poster"],
    lead: fact("technique", &["letterpress", "risograph", "hand-printed", "screen-printed", "foil-stamped"]),
    tail: fact("motif", &["botanical", "geometric", "birthday", "thank you", "winter", "mountains"]),
    facts: &[ORIGINS, fact("paper", &["cotton paper", "recycled paper", "250 g/m² card"])],
    pitches: &[
        "Printed in small runs ({lead}); you can feel the ink.",
        "Motif: {tail}. Inside: room for what you want to say.",
        "Comes with an envelope that deserves the stamp.",
    ],
    tags: &["gift idea", "wedding", "birthday", "recycled"],
    options: &[choice("pack", &[("single", 100), ("pack of 5", 450), ("pack of 10", 850)])],
    price: (3, 25),
    grams: (20, 300),
};

const SOUND: Shelf = Shelf {
    name: "Sound",
    things: &["headphones", "earphones", "speaker", "radio"],
    lead: fact("connection", &["wireless", "wired", "solar-powered", "Bluetooth"]),
    tail: fact("feature", &["repairable", "splash-proof", "long-lasting", "compact", "foldable"]),
    facts: &[
        fact("battery", &["8 hours", "20 hours", "40 hours"]),
        fact("warranty", &["2 years", "3 years", "5 years"]),
    ],
    pitches: &[
        "Opens with one screw; the battery costs less than a lunch.",
        "{lead}, {tail}, and it just works.",
        "A sound that leaves the voices where they were recorded.",
    ],
    tags: &["home office", "travel", "repairable", "gift idea"],
    options: &[choice("colour", &[("black", 100), ("white", 100), ("sand", 100), ("blue", 100)])],
    price: (19, 349),
    grams: (25, 1200),
};
