//! Furniture and the light that falls on it.

use super::{Department, ORIGINS, OptionKind, Shelf, choice, fact, scale};

pub(super) const FURNITURE: Department = Department {
    name: "Furniture and light",
    shelves: &[CHAIRS, TABLES, STORAGE, TABLE_LAMPS, CEILING_LAMPS],
};

const WOOD_FINISHES: OptionKind =
    choice("finish", &[("oiled", 100), ("lacquered", 104), ("white", 106), ("black", 106), ("smoked", 110)]);

const CHAIRS: Shelf = Shelf {
    name: "Chairs and stools",
    things: &["chair", "armchair", "stool", "bar stool", "rocking chair", "folding chair"],
    lead: fact("material", &["oak", "ash", "beech", "walnut", "bentwood", "tubular steel"]),
    tail: fact("seat", &["woven seat", "leather seat", "wooden seat", "upholstered", "cane seat"]),
    facts: &[ORIGINS, fact("assembly", &["assembled", "four screws", "legs to be screwed in"])],
    pitches: &[
        "Comfortable through a long dinner.",
        "Frame of {lead}, {tail}, and feet that spare the floor.",
        "Stacks in fours, weighs little and carries a lot.",
        "Joined with tenons, glued once and never loose.",
    ],
    tags: &["dining room", "solid wood", "stackable", "design"],
    options: &[WOOD_FINISHES],
    price: (79, 490),
    grams: (3000, 9500),
};

const TABLES: Shelf = Shelf {
    name: "Tables and desks",
    things: &["dining table", "desk", "side table", "coffee table", "console table"],
    lead: fact("material", &["oak", "ash", "walnut", "linoleum-topped", "bamboo", "pine"]),
    tail: fact("base", &["trestle legs", "turned legs", "steel frame", "extendable", "rounded corners"]),
    facts: &[ORIGINS, fact("assembly", &["assembled", "legs to be screwed in", "20 minutes, one key"])],
    pitches: &[
        "A surface that takes hot pots, homework and time.",
        "Solid {lead} with a chamfer that is kind to elbows.",
        "Seats as many as you can feed.",
    ],
    tags: &["dining room", "home office", "solid wood", "design"],
    options: &[
        scale("length", 1, &[("120 cm", 85), ("140 cm", 100), ("180 cm", 125), ("220 cm", 155)]),
        WOOD_FINISHES,
    ],
    price: (149, 1290),
    grams: (9000, 48_000),
};

const STORAGE: Shelf = Shelf {
    name: "Shelves and storage",
    things: &["shelf", "wall shelf", "sideboard", "coat rack", "storage box", "bookcase"],
    lead: fact("material", &["oak", "birch plywood", "powder-coated steel", "pine", "rattan"]),
    tail: fact("mounting", &["free-standing", "wall-mounted", "on castors", "modular"]),
    facts: &[ORIGINS, fact("load", &["15 kg a board", "30 kg a board", "50 kg in all"])],
    pitches: &[
        "Grows with what you own, one module at a time.",
        "Made of {lead}, {tail}, with every screw that it needs.",
        "Holds paper, records and the odd plant.",
    ],
    tags: &["living room", "hallway", "home office", "modular"],
    options: &[WOOD_FINISHES],
    price: (29, 690),
    grams: (1500, 30_000),
};

const TABLE_LAMPS: Shelf = Shelf {
    name: "Table and floor lamps",
    things: &["table lamp", "desk lamp", "floor lamp", "bedside lamp", "clip lamp"],
    lead: fact("material", &["brass", "aluminium", "ceramic", "opal glass", "paper", "steel"]),
    tail: fact("light", &["dimmable", "warm white", "with textile cable", "rechargeable"]),
    facts: &[
        ORIGINS,
        fact("energy class", &["D", "E", "F"]),
        fact("socket", &["E14", "E27", "built-in LED"]),
    ],
    pitches: &[
        "Throws its light where you read, not where you look.",
        "Body of {lead}; {tail}.",
        "A joint that holds where you leave it.",
    ],
    tags: &["light", "home office", "bedroom", "design"],
    options: &[choice(
        "colour",
        &[("brass", 110), ("black", 100), ("white", 100), ("sand", 100), ("green", 100)],
    )],
    price: (39, 349),
    grams: (700, 6500),
};

const CEILING_LAMPS: Shelf = Shelf {
    name: "Pendant lamps",
    things: &["pendant lamp", "ceiling lamp", "lampshade", "globe lamp"],
    lead: fact("material", &["opal glass", "paper", "spun aluminium", "linen", "rattan", "porcelain"]),
    tail: fact("light", &["dimmable", "glare-free", "for LED bulbs", "with canopy"]),
    facts: &[ORIGINS, fact("energy class", &["D", "E", "F"]), fact("cord", &["1.5 m", "2 m", "3 m"])],
    pitches: &[
        "Hangs over a table and makes everybody look well.",
        "Shade of {lead}, {tail}.",
        "Folds flat for the post and up within a minute.",
    ],
    tags: &["light", "dining room", "hallway", "design"],
    options: &[scale("diameter", 1, &[("22 cm", 80), ("34 cm", 100), ("48 cm", 130), ("60 cm", 165)])],
    price: (49, 429),
    grams: (400, 5200),
};
