//! What one cooks with and eats from.

use super::{Department, ORIGINS, Shelf, choice, fact, scale};

pub(super) const KITCHEN: Department =
    Department { name: "Kitchen", shelves: &[POTS, KNIVES, TABLEWARE, GLASSWARE, BAKING] };

const POTS: Shelf = Shelf {
    name: "Pots and pans",
    things: &["frying pan", "saucepan", "casserole", "wok", "sauté pan", "stockpot"],
    lead: fact("material", &["cast-iron", "stainless steel", "carbon steel", "copper", "enamelled"]),
    tail: fact("handle", &["with lid", "with wooden handle", "with steel handle", "two handles"]),
    facts: &[ORIGINS, fact("hob", &["all hobs with induction", "gas and electric"])],
    pitches: &[
        "Heats evenly up to the rim and holds it when the food goes in.",
        "Made of {lead} and built to be handed down.",
        "Goes from hob to oven to table.",
        "The first coat of seasoning is already on it.",
    ],
    tags: &["cooking", "induction", "wedding list", "oven-proof"],
    options: &[scale(
        "diameter",
        2,
        &[("16 cm", 75), ("20 cm", 90), ("24 cm", 100), ("28 cm", 125), ("32 cm", 150)],
    )],
    price: (39, 229),
    grams: (900, 4200),
};

const KNIVES: Shelf = Shelf {
    name: "Knives",
    things: &["chef's knife", "paring knife", "bread knife", "santoku", "carving knife", "boning knife"],
    lead: fact("material", &["Damascus", "carbon steel", "stainless", "oak-handled", "walnut-handled"]),
    tail: fact("series", &["forged", "stamped", "hand-finished", "full tang"]),
    facts: &[ORIGINS, fact("care", &["wash by hand", "oil once a month"])],
    pitches: &[
        "Sharp when it comes, and easily sharp again.",
        "Balanced so that the weight does the work.",
        "Ground by people who have done it for thirty years.",
    ],
    tags: &["cooking", "gift idea", "handmade"],
    options: &[],
    price: (19, 249),
    grams: (60, 320),
};

const TABLEWARE: Shelf = Shelf {
    name: "Tableware",
    things: &["plate", "bowl", "soup plate", "mug", "serving dish", "espresso cup", "pasta plate"],
    lead: fact("material", &["stoneware", "porcelain", "terracotta", "bone china", "enamel"]),
    tail: fact("glaze", &["reactive glaze", "matt glaze", "unglazed rim", "speckled", "hand-painted"]),
    facts: &[ORIGINS, fact("safe for", &["dishwasher and microwave", "dishwasher", "hand wash only"])],
    pitches: &[
        "Fired twice, with a {tail}; no two are quite alike.",
        "Stacks well, chips rarely and warms the hands.",
        "Simple {lead} that makes plain food look good.",
        "A range that can still be bought in ten years.",
    ],
    tags: &["table", "handmade", "wedding list", "everyday"],
    options: &[
        choice(
            "glaze colour",
            &[("chalk", 100), ("sand", 100), ("moss", 100), ("indigo", 100), ("graphite", 100)],
        ),
        choice("set", &[("single", 100), ("set of 4", 380), ("set of 6", 550)]),
    ],
    price: (8, 39),
    grams: (150, 900),
};

const GLASSWARE: Shelf = Shelf {
    name: "Glassware",
    things: &["tumbler", "wine glass", "carafe", "tea glass", "champagne glass", "water jug"],
    lead: fact("glass", &["mouth-blown", "crystal", "recycled", "borosilicate", "pressed"]),
    tail: fact("look", &["clear", "smoked", "ribbed", "amber", "thin-walled"]),
    facts: &[ORIGINS, fact("safe for", &["dishwasher", "hand wash only"])],
    pitches: &[
        "Thin at the lip, heavy at the foot.",
        "Look: {tail}. Feel: better than you would expect of a {thing}.",
        "Sturdy enough for every day.",
    ],
    tags: &["table", "party", "wedding list", "gift idea"],
    options: &[choice("set", &[("single", 100), ("set of 2", 190), ("set of 6", 540)])],
    price: (6, 59),
    grams: (90, 900),
};

const BAKING: Shelf = Shelf {
    name: "Baking",
    things: &["cake tin", "loaf tin", "baking sheet", "muffin tin", "pie dish"],
    lead: fact("material", &["blue steel", "enamelled", "aluminised", "non-stick", "ceramic"]),
    tail: fact("shape", &["deep", "shallow", "fluted", "with lid"]),
    facts: &[ORIGINS, fact("heat", &["up to 230 °C", "up to 280 °C", "up to 400 °C"])],
    pitches: &[
        "Gives a crust that sings when it cools.",
        "Grease it once, and nothing sticks.",
        "{lead}, {tail}, and wide enough for a whole recipe.",
    ],
    tags: &["baking", "bread", "gift idea"],
    options: &[scale("size", 1, &[("18 cm", 80), ("22 cm", 90), ("26 cm", 100), ("30 cm", 115)])],
    price: (12, 69),
    grams: (200, 1500),
};
