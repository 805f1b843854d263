//! Soft things for bed, bath and floor.

use super::{COLOURS, Department, ORIGINS, Shelf, fact, scale};

pub(super) const HOME_TEXTILES: Department =
    Department { name: "Home textiles", shelves: &[BED_LINEN, TOWELS, BLANKETS, CURTAINS, RUGS] };

const BED_LINEN: Shelf = Shelf {
    name: "Bed linen",
    things: &["duvet cover", "pillowcase", "fitted sheet", "bed linen set", "flat sheet"],
    lead: fact(
        "material",
        &["percale", "stonewashed linen", "sateen", "flannel", "organic cotton", "seersucker"],
    ),
    tail: fact("pattern", &["plain", "fine stripe", "herringbone", "check", "with piping"]),
    facts: &[ORIGINS, fact("care", &["machine wash 60 °C", "machine wash 40 °C"])],
    pitches: &[
        "Woven of {lead}: cool in summer, warm in winter.",
        "Closes with buttons that don't come off in the wash.",
        "Two hundred threads to the inch, which is enough.",
        "Needs no ironing, and looks as if it had been.",
    ],
    tags: &["bedroom", "organic", "wedding list", "basics"],
    options: &[
        scale(
            "size",
            2,
            &[("80 × 80 cm", 60), ("135 × 200 cm", 100), ("155 × 220 cm", 125), ("200 × 200 cm", 150)],
        ),
        COLOURS,
    ],
    price: (29, 159),
    grams: (300, 1300),
};

const TOWELS: Shelf = Shelf {
    name: "Towels",
    things: &["hand towel", "bath towel", "guest towel", "hammam towel", "bath mat"],
    lead: fact("material", &["terry cotton", "waffle cotton", "linen", "bamboo viscose", "organic cotton"]),
    tail: fact("weight class", &["light", "400 g/m²", "550 g/m²", "700 g/m²"]),
    facts: &[ORIGINS, fact("care", &["machine wash 60 °C", "tumble dry low"])],
    pitches: &[
        "Thirsty {lead} that is dry again by evening.",
        "A loop on the long side, where it belongs.",
        "Soft from the first wash on, without softener.",
    ],
    tags: &["bathroom", "sauna", "basics", "gift idea"],
    options: &[scale("size", 1, &[("30 × 50 cm", 50), ("50 × 100 cm", 100), ("70 × 140 cm", 180)]), COLOURS],
    price: (12, 49),
    grams: (90, 800),
};

const BLANKETS: Shelf = Shelf {
    name: "Blankets and cushions",
    things: &["throw", "blanket", "cushion cover", "bedspread", "cushion"],
    lead: fact("material", &["lambswool", "mohair", "recycled cotton", "velvet", "alpaca", "bouclé"]),
    tail: fact("finish", &["fringed", "with blanket stitch", "quilted", "double-faced", "hand-woven"]),
    facts: &[ORIGINS, fact("care", &["wool wash", "hand wash", "dry clean"])],
    pitches: &[
        "For the sofa, the balcony and the drive home at night.",
        "Made of {lead}, {tail}, in a mill that runs on water.",
        "Large enough for two who like each other.",
    ],
    tags: &["living room", "winter", "gift idea", "wool"],
    options: &[COLOURS],
    price: (25, 179),
    grams: (250, 1800),
};

const CURTAINS: Shelf = Shelf {
    name: "Curtains",
    things: &["curtain", "voile curtain", "blackout curtain", "café curtain"],
    lead: fact("material", &["linen", "cotton", "velvet", "linen blend", "recycled polyester"]),
    tail: fact("heading", &["with pleat tape", "with eyelets", "with tunnel", "with loops"]),
    facts: &[ORIGINS, fact("light", &["transparent", "dimming", "blackout"])],
    pitches: &[
        "Lets the morning in and the neighbours' eyes out.",
        "Heavy {lead} that hangs straight from the first day.",
        "Comes with 10 cm of hem to spare, {tail}.",
    ],
    tags: &["living room", "bedroom", "made to measure"],
    options: &[
        scale("length", 2, &[("140 cm", 75), ("220 cm", 100), ("245 cm", 110), ("280 cm", 125)]),
        COLOURS,
    ],
    price: (39, 149),
    grams: (500, 2600),
};

const RUGS: Shelf = Shelf {
    name: "Rugs",
    things: &["rug", "runner", "kilim", "outdoor rug", "round rug"],
    lead: fact("material", &["wool", "jute", "cotton", "recycled PET", "sisal"]),
    tail: fact("weave", &["flat weave", "hand-tufted", "high pile", "looped", "hand-knotted"]),
    facts: &[ORIGINS, fact("care", &["vacuum", "professional cleaning", "hose down"])],
    pitches: &[
        "Takes the echo out of a room and the cold out of a floor.",
        "Made of {lead}, {tail}; small irregularities are part of it.",
        "Lies flat from the first evening on.",
        "Goes with floor heating.",
    ],
    tags: &["living room", "hallway", "natural", "child's room"],
    options: &[scale(
        "size",
        2,
        &[("60 × 90 cm", 35), ("120 × 180 cm", 100), ("160 × 230 cm", 170), ("200 × 300 cm", 270)],
    )],
    price: (89, 249),
    grams: (1800, 5200),
};
