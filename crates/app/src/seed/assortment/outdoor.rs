//! For those who sleep outside, and those who only walk there.

use super::{COLOURS, Department, ORIGINS, Shelf, choice, fact, scale};

pub(super) const OUTDOOR: Department =
    Department { name: "Outdoor", shelves: &[TENTS, SLEEPING_BAGS, BOTTLES, CYCLING_BAGS, YOGA] };

const TENTS: Shelf = Shelf {
    name: "Tents and tarps",
    things: &["tent", "tunnel tent", "dome tent", "tarp", "bivouac", "hammock"],
    lead: fact("material", &["ripstop", "cotton", "ultralight", "recycled polyester", "silnylon"]),
    tail: fact("season", &["three seasons", "four seasons", "summer", "with vestibule"]),
    facts: &[ORIGINS, fact("water column", &["2,000 mm", "3,000 mm", "5,000 mm"])],
    pitches: &[
        "Stands in four minutes, also in the dark.",
        "Made of {lead}, for {tail}, and quiet in the wind.",
        "Every pole and peg can be bought again.",
        "Seams taped by hand, corners doubled.",
    ],
    tags: &["camping", "trekking", "festival", "ultralight"],
    options: &[
        scale("persons", 1, &[("1 person", 75), ("2 persons", 100), ("3 persons", 125), ("4 persons", 155)]),
        choice("colour", &[("moss", 100), ("sand", 100), ("orange", 100), ("grey", 100)]),
    ],
    price: (89, 590),
    grams: (900, 4200),
};

const SLEEPING_BAGS: Shelf = Shelf {
    name: "Sleeping bags",
    things: &["sleeping bag", "mummy sleeping bag", "camping quilt"],
    lead: fact("filling", &["down", "synthetic", "wool", "recycled down"]),
    tail: fact("comfort", &["to 10 °C", "to 3 °C", "to −5 °C", "to −15 °C"]),
    facts: &[ORIGINS, fact("packed size", &["1 l", "3 l", "6 l", "9 l"])],
    pitches: &[
        "Warm down {tail}, measured by the standard and not by the marketing.",
        "Filled with {lead}, sewn so that it stays where it is.",
        "Packs to the size of a loaf.",
    ],
    tags: &["camping", "trekking", "winter", "ultralight"],
    options: &[scale("length", 2, &[("175 cm", 95), ("190 cm", 100), ("205 cm", 110)])],
    price: (29, 389),
    grams: (500, 1900),
};

const BOTTLES: Shelf = Shelf {
    name: "Bottles and lunch boxes",
    things: &["bottle", "insulated bottle", "lunch box", "food jar", "thermos mug"],
    lead: fact("material", &["stainless steel", "titanium", "glass", "Tritan", "enamel"]),
    tail: fact("lid", &["screw lid", "sports cap", "bamboo lid", "leakproof"]),
    facts: &[ORIGINS, fact("keeps", &["cold for 24 hours", "warm for 12 hours", "what you put in it"])],
    pitches: &[
        "Leakproof, and we mean it.",
        "Made of {lead}, {tail}, without a taste of its own.",
        "Fits the cup holder, the side pocket and small hands.",
    ],
    tags: &["school", "office", "camping", "plastic-free"],
    options: &[
        scale("volume", 1, &[("350 ml", 85), ("500 ml", 100), ("750 ml", 115), ("1 l", 130)]),
        COLOURS,
    ],
    price: (12, 49),
    grams: (150, 550),
};

const CYCLING_BAGS: Shelf = Shelf {
    name: "Cycling bags",
    things: &["pannier", "saddle bag", "handlebar bag", "frame bag", "rack bag"],
    lead: fact("material", &["leather", "waxed canvas", "recycled PET", "Cordura", "nylon"]),
    tail: fact("mounting", &["quick release", "with strap", "universal mount", "roll-top"]),
    facts: &[ORIGINS, fact("warranty", &["2 years", "5 years", "10 years"])],
    pitches: &[
        "Goes on in ten seconds and stays on over cobbles.",
        "Made of {lead}, {tail}.",
        "For commuters in November and for tourers in June.",
    ],
    tags: &["commute", "rain", "touring", "city"],
    options: &[choice(
        "colour",
        &[("black", 100), ("silver", 100), ("honey", 105), ("yellow", 100), ("red", 100)],
    )],
    price: (25, 159),
    grams: (200, 1500),
};

const YOGA: Shelf = Shelf {
    name: "Yoga and gymnastics",
    things: &["yoga mat", "exercise mat", "gymnastics mat", "meditation cushion"],
    lead: fact("material", &["cork", "natural rubber", "cotton", "wool", "jute"]),
    tail: fact("level", &["for beginners", "for studios", "for travel", "extra firm"]),
    facts: &[ORIGINS, fact("care", &["wipe with a damp cloth", "machine wash 30 °C"])],
    pitches: &[
        "Doesn't slip, doesn't smell, rolls up straight.",
        "Made of {lead}, {tail}.",
        "Ten minutes a day; the rest is discipline.",
    ],
    tags: &["fitness", "home", "vegan", "gift idea"],
    options: &[COLOURS],
    price: (19, 99),
    grams: (600, 2800),
};
