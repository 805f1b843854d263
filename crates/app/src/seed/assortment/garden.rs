//! Things that grow, and what helps them.

use super::{Department, ORIGINS, Shelf, choice, fact, scale};

pub(super) const GARDEN: Department =
    Department { name: "Garden", shelves: &[SEEDS, PLANTERS, TOOLS, WATERING] };

const SEEDS: Shelf = Shelf {
    name: "Seeds and bulbs",
    things: &[
        "tomato seeds",
        "bean seeds",
        "poppy seeds",
        "tulip bulbs",
        "herb seeds",
        "lettuce seeds",
        "dahlia tubers",
    ],
    lead: fact("variety", &["heirloom", "early", "giant", "dwarf", "wild", "hardy"]),
    tail: fact("colour of bloom or fruit", &["red", "yellow", "purple", "mixed colours", "white", "striped"]),
    facts: &[
        fact("sowing", &["February to April", "March to May", "May to July", "September to November"]),
        fact("location", &["sunny", "half-shade", "shade", "greenhouse"]),
    ],
    pitches: &[
        "True to seed: save some, and you need never buy them again.",
        "Germinates within two weeks at 18 °C.",
        "An old kind, {lead} and {tail}, that supermarkets don't know.",
        "Loved by bees.",
    ],
    tags: &["organic", "balcony", "spring", "bee-friendly"],
    options: &[choice("pack", &[("sachet", 100), ("large sachet", 260), ("100 g", 700)])],
    price: (2, 9),
    grams: (8, 60),
};

const PLANTERS: Shelf = Shelf {
    name: "Pots and planters",
    things: &["plant pot", "planter", "window box", "hanging pot", "saucer", "raised bed"],
    lead: fact("material", &["terracotta", "glazed", "zinc", "larch", "fibre-clay", "recycled plastic"]),
    tail: fact("place", &["for indoors", "frost-proof", "for balconies", "self-watering"]),
    facts: &[ORIGINS, fact("drainage", &["one hole", "three holes", "none"])],
    pitches: &[
        "Breathes, so that roots don't stand in the wet.",
        "Made of {lead} and {tail}.",
        "Will gather moss if you let it.",
    ],
    tags: &["balcony", "terrace", "indoor plants", "spring"],
    options: &[scale(
        "diameter",
        2,
        &[("12 cm", 45), ("18 cm", 70), ("24 cm", 100), ("32 cm", 160), ("45 cm", 280)],
    )],
    price: (9, 59),
    grams: (400, 3500),
};

const TOOLS: Shelf = Shelf {
    name: "Garden tools",
    things: &["spade", "hand trowel", "rake", "weeding hoe", "garden fork", "dibber"],
    lead: fact("material", &["forged steel", "stainless steel", "bronze", "ash-handled", "carbon steel"]),
    tail: fact("size class", &["short handle", "long handle", "for left hands", "for children"]),
    facts: &[ORIGINS, fact("warranty", &["5 years", "10 years", "for life"])],
    pitches: &[
        "Cuts through clay like the proverbial butter.",
        "Made of {lead}, {tail}, and easy on the back.",
        "Rinse, dry, hang up: it will outlive the shed.",
    ],
    tags: &["tools", "gift idea", "allotment"],
    options: &[],
    price: (14, 119),
    grams: (150, 2400),
};

const WATERING: Shelf = Shelf {
    name: "Watering",
    things: &["watering can", "indoor watering can", "watering jug", "plant mister"],
    lead: fact("material", &["zinc", "copper", "recycled plastic", "powder-coated", "brass"]),
    tail: fact("rose", &["fine rose", "long spout", "drip spout", "adjustable spout"]),
    facts: &[ORIGINS, fact("frost-proof", &["yes", "no, empty it in autumn"])],
    pitches: &[
        "Pours like rain, not like a tap.",
        "Made of {lead}, with a {tail}, and well balanced when full.",
        "Hangs on a nail all winter and doesn't mind.",
    ],
    tags: &["balcony", "summer", "allotment"],
    options: &[
        scale("volume", 1, &[("1 l", 60), ("5 l", 100), ("10 l", 135)]),
        choice("colour", &[("zinc", 100), ("green", 100), ("cream", 100), ("anthracite", 100)]),
    ],
    price: (12, 89),
    grams: (300, 1900),
};
