//! Shirts to socks.

use super::{CLOTHES_SIZES, COLOURS, Department, ORIGINS, Shelf, fact, scale};

pub(super) const CLOTHING: Department =
    Department { name: "Clothing", shelves: &[SHIRTS, KNITWEAR, TROUSERS, DRESSES, JACKETS, SOCKS] };

const SHIRTS: Shelf = Shelf {
    name: "Shirts",
    things: &["shirt", "overshirt", "band-collar shirt", "short-sleeved shirt", "camp-collar shirt"],
    lead: fact(
        "material",
        &["linen", "organic cotton", "Oxford cotton", "hemp", "flannel", "chambray", "poplin"],
    ),
    tail: fact("fit", &["relaxed fit", "slim fit", "regular fit", "boxy fit", "long fit"]),
    facts: &[ORIGINS, fact("care", &["machine wash 30 °C", "machine wash 40 °C", "hand wash"])],
    pitches: &[
        "Cut from {lead} that gets softer with every wash.",
        "A {tail} that works tucked in or worn open over a T-shirt.",
        "Mother-of-pearl buttons, single-needle seams and a curved hem.",
        "Washed before it is sewn, so that it keeps its size.",
        "The {thing} that you reach for first, from March to October.",
    ],
    tags: &["summer", "office", "weekend", "travel", "menswear", "womenswear"],
    options: &[CLOTHES_SIZES, COLOURS],
    price: (39, 119),
    grams: (180, 380),
};

const KNITWEAR: Shelf = Shelf {
    name: "Knitwear",
    things: &["jumper", "cardigan", "roll-neck jumper", "vest", "crew-neck jumper"],
    lead: fact("material", &["merino", "lambswool", "alpaca", "cotton", "cashmere", "recycled wool"]),
    tail: fact("knit", &["fine knit", "cable knit", "ribbed", "waffle knit", "chunky knit"]),
    facts: &[ORIGINS, fact("care", &["hand wash", "wool wash 30 °C", "dry clean"])],
    pitches: &[
        "Spun from {lead} of mills that say where their fibre comes from.",
        "Warm without weight, and soft enough to wear on the skin.",
        "Linked by hand at the shoulders, so no seam rubs.",
        "Knitted in one piece, which leaves next to no waste.",
    ],
    tags: &["winter", "wool", "layering", "office", "menswear", "womenswear"],
    options: &[CLOTHES_SIZES, COLOURS],
    price: (59, 189),
    grams: (250, 700),
};

const TROUSERS: Shelf = Shelf {
    name: "Trousers",
    things: &["trousers", "chinos", "five-pocket trousers", "drawstring trousers", "pleated trousers"],
    lead: fact("material", &["cotton twill", "denim", "linen", "corduroy", "wool", "ripstop"]),
    tail: fact("cut", &["straight leg", "tapered leg", "wide leg", "cropped", "high waist"]),
    facts: &[ORIGINS, fact("care", &["machine wash 30 °C", "machine wash 40 °C", "wash inside out"])],
    pitches: &[
        "Made of {lead} with a little give where you need it.",
        "Deep pockets, a hidden coin pocket and a hook that stays closed.",
        "Leg: {tail}. Hem: ready to be shortened.",
        "Dyed after sewing, for a colour with depth.",
    ],
    tags: &["office", "weekend", "denim", "menswear", "womenswear"],
    options: &[
        scale("waist", 3, &[("28", 100), ("30", 100), ("32", 100), ("34", 100), ("36", 100), ("38", 105)]),
        COLOURS,
    ],
    price: (49, 149),
    grams: (350, 800),
};

const DRESSES: Shelf = Shelf {
    name: "Dresses",
    things: &["dress", "shirt dress", "wrap dress", "slip dress", "pinafore"],
    lead: fact("material", &["viscose", "linen", "silk", "cotton voile", "jersey", "lyocell"]),
    tail: fact("length", &["midi length", "knee length", "maxi length", "ankle length"]),
    facts: &[ORIGINS, fact("care", &["hand wash", "machine wash 30 °C", "dry clean"])],
    pitches: &[
        "Flowing {lead} that falls well and hardly creases.",
        "It has pockets. Two of them.",
        "Wears as easily with trainers as with heels.",
        "Cut on the bias, in {tail}.",
    ],
    tags: &["summer", "party", "wedding guest", "womenswear"],
    options: &[CLOTHES_SIZES, COLOURS],
    price: (59, 219),
    grams: (200, 600),
};

const JACKETS: Shelf = Shelf {
    name: "Jackets and coats",
    things: &["jacket", "coat", "parka", "chore jacket", "raincoat", "bomber jacket"],
    lead: fact("material", &["waxed cotton", "boiled wool", "recycled nylon", "denim", "canvas", "quilted"]),
    tail: fact("lining", &["unlined", "fully lined", "padded", "half lined", "with an inside yoke"]),
    facts: &[ORIGINS, fact("water column", &["none", "3,000 mm", "10,000 mm", "15,000 mm"])],
    pitches: &[
        "Keeps off wind and drizzle, and looks better every year.",
        "Outside {lead}, inside {tail}.",
        "A two-way zip, an inside pocket for a phone, and cuffs that close tightly.",
        "If it tears, we mend it.",
    ],
    tags: &["autumn", "winter", "rain", "menswear", "womenswear"],
    options: &[CLOTHES_SIZES, COLOURS],
    price: (99, 389),
    grams: (600, 1900),
};

const SOCKS: Shelf = Shelf {
    name: "Socks and underwear",
    things: &["socks", "knee socks", "boxer shorts", "briefs", "undershirt", "tights"],
    lead: fact("material", &["organic cotton", "merino", "bamboo viscose", "modal", "wool blend"]),
    tail: fact("pack", &["single", "pack of 2", "pack of 3", "pack of 5"]),
    facts: &[ORIGINS, fact("care", &["machine wash 40 °C", "machine wash 60 °C"])],
    pitches: &[
        "Soft {lead}, flat seams, no scratchy label.",
        "They stay up and don't pinch.",
        "Reinforced where the first hole would come.",
    ],
    tags: &["basics", "gift idea", "menswear", "womenswear"],
    options: &[scale("size", 2, &[("S", 100), ("M", 100), ("L", 100), ("XL", 100)]), COLOURS],
    price: (9, 39),
    grams: (40, 250),
};
