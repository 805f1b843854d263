//! What one walks in, and what one carries.

use super::{COLOURS, Department, ORIGINS, OptionKind, Shelf, fact, scale};

pub(super) const SHOES_AND_BAGS: Department =
    Department { name: "Shoes and bags", shelves: &[TRAINERS, BOOTS, SANDALS, BACKPACKS, HANDBAGS] };

const SHOE_SIZES: OptionKind = scale(
    "size",
    4,
    &[
        ("36", 100),
        ("37", 100),
        ("38", 100),
        ("39", 100),
        ("40", 100),
        ("41", 100),
        ("42", 100),
        ("43", 100),
        ("44", 100),
        ("45", 100),
        ("46", 100),
    ],
);

const TRAINERS: Shelf = Shelf {
    name: "Trainers",
    things: &["trainers", "running shoes", "court shoes", "slip-ons", "high-tops"],
    lead: fact("upper", &["suede", "canvas", "mesh", "leather", "knitted", "corn-leather"]),
    tail: fact("sole", &["gum sole", "light sole", "cushioned sole", "natural rubber sole"]),
    facts: &[ORIGINS, fact("insole", &["removable", "cork", "memory foam"])],
    pitches: &[
        "Upper: {lead}. Below: a {tail} with a firm grip on wet stone.",
        "They fit true to size; between two sizes, take the larger one.",
        "A padded heel and laces that stay tied.",
        "The sole is stitched on and can be replaced.",
    ],
    tags: &["sport", "weekend", "vegan", "city"],
    options: &[SHOE_SIZES, COLOURS],
    price: (69, 169),
    grams: (500, 950),
};

const BOOTS: Shelf = Shelf {
    name: "Boots",
    things: &["ankle boots", "Chelsea boots", "lace-up boots", "winter boots", "work boots"],
    lead: fact("upper", &["calf leather", "nubuck", "suede", "waxed leather", "vegan leather"]),
    tail: fact("construction", &["Goodyear welted", "Blake stitched", "cemented", "with a zip"]),
    facts: &[ORIGINS, fact("lining", &["leather", "wool", "fleece", "unlined"])],
    pitches: &[
        "Full-grain {lead} that takes a polish and keeps its shape.",
        "Worn in after a week, worn out after a decade.",
        "Made {tail}: any good cobbler can give them a new sole.",
        "A lining that breathes, and a step that doesn't slip.",
    ],
    tags: &["winter", "rain", "leather", "city"],
    options: &[SHOE_SIZES, COLOURS],
    price: (119, 329),
    grams: (900, 1700),
};

const SANDALS: Shelf = Shelf {
    name: "Sandals and slippers",
    things: &["sandals", "mules", "clogs", "slippers", "slides"],
    lead: fact("upper", &["leather", "felt", "cork", "nubuck", "wool"]),
    tail: fact("footbed", &["soft footbed", "cork footbed", "anatomical footbed", "lambskin footbed"]),
    facts: &[ORIGINS, fact("closing", &["buckle", "slip-on", "hook and loop"])],
    pitches: &[
        "A {tail} that takes the form of your foot within days.",
        "Light enough for a suitcase, sturdy enough for a city.",
        "Made of {lead}, with a sole that is quiet on wooden floors.",
    ],
    tags: &["summer", "home", "gift idea", "holiday"],
    options: &[SHOE_SIZES, COLOURS],
    price: (35, 129),
    grams: (300, 800),
};

const BACKPACKS: Shelf = Shelf {
    name: "Backpacks",
    things: &["backpack", "rucksack", "day pack", "roll-top backpack", "commuter backpack"],
    lead: fact("material", &["canvas", "recycled polyester", "waxed cotton", "Cordura", "leather"]),
    tail: fact("size class", &["with laptop sleeve", "cabin size", "water-repellent", "foldable"]),
    facts: &[ORIGINS, fact("warranty", &["2 years", "5 years", "10 years"])],
    pitches: &[
        "Made of {lead}, with straps that don't cut in.",
        "A bottle to the left, an umbrella to the right, and a pocket that thieves don't find.",
        "Carries a day's work, or a weekend.",
        "Zips by a maker that has made nothing else since 1934.",
    ],
    tags: &["travel", "commute", "school", "vegan"],
    options: &[scale("volume", 1, &[("14 l", 85), ("18 l", 100), ("24 l", 120), ("30 l", 140)]), COLOURS],
    price: (59, 199),
    grams: (500, 1400),
};

const HANDBAGS: Shelf = Shelf {
    name: "Handbags and wallets",
    things: &["tote", "shoulder bag", "crossbody bag", "wallet", "card holder", "bucket bag"],
    lead: fact("material", &["calf leather", "vegetable-tanned leather", "suede", "raffia", "canvas"]),
    tail: fact("closing", &["with zip", "with magnetic clasp", "open top", "with drawstring"]),
    facts: &[ORIGINS, fact("care", &["leather balm twice a year", "wipe with a damp cloth"])],
    pitches: &[
        "Cut from one piece of {lead}, edges painted by hand.",
        "A place for keys, so that you never search again.",
        "It darkens with the years and tells where you have been.",
        "Simple outside, {tail}, and tidy inside.",
    ],
    tags: &["leather", "gift idea", "office", "party"],
    options: &[COLOURS],
    price: (39, 289),
    grams: (80, 900),
};
