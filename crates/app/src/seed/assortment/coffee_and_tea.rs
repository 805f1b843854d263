//! Hot drinks, what one makes them with, and what goes with them.

use super::{Department, OptionKind, Shelf, choice, fact, scale};

pub(super) const COFFEE_AND_TEA: Department =
    Department { name: "Coffee and tea", shelves: &[COFFEE, TEA, BREWING, CHOCOLATE] };

const COFFEE_BAGS: OptionKind = scale("weight", 2, &[("250 g", 100), ("500 g", 190), ("1 kg", 360)]);

const COFFEE: Shelf = Shelf {
    name: "Coffee beans",
    things: &["coffee", "espresso", "filter coffee", "coffee blend", "decaf coffee"],
    lead: fact(
        "origin",
        &[
            "Yirgacheffe",
            "Huila",
            "Antigua",
            "Sidamo",
            "Mantiqueira",
            "Nyeri",
            "Sumatra",
            "Tarrazú",
            "Marcala",
        ],
    ),
    tail: fact("roast", &["light roast", "medium roast", "dark roast", "omni roast"]),
    facts: &[
        fact("process", &["washed", "natural", "honey", "anaerobic"]),
        fact("variety", &["Bourbon", "Caturra", "Heirloom", "Catuaí", "SL28", "Typica"]),
        fact("notes", &["cherry and cocoa", "jasmine and peach", "hazelnut and caramel", "plum and clove"]),
    ],
    pitches: &[
        "A {tail} from {lead}, roasted on Tuesdays and sent on Wednesdays.",
        "Sweet, round, and still good when it has gone cold.",
        "Bought directly from the farm, at twice the price of the exchange.",
        "Best between ten days and two months after roasting.",
    ],
    tags: &["coffee", "direct trade", "organic", "office", "gift idea"],
    options: &[
        COFFEE_BAGS,
        choice("grind", &[("whole beans", 100), ("espresso", 100), ("filter", 100), ("French press", 100)]),
    ],
    price: (8, 19),
    grams: (255, 290),
};

const TEA: Shelf = Shelf {
    name: "Tea",
    things: &["black tea", "green tea", "white tea", "smoked tea", "breakfast tea"],
    lead: fact("origin", &["Darjeeling", "Assam", "Uji", "Yunnan", "Nuwara Eliya", "Alishan", "Kagoshima"]),
    tail: fact("harvest", &["first flush", "second flush", "autumn harvest", "garden blend"]),
    facts: &[
        fact("water", &["70 °C", "80 °C", "95 °C", "100 °C"]),
        fact("steeping time", &["2 minutes", "3 minutes", "5 minutes", "8 minutes"]),
    ],
    pitches: &[
        "Whole leaves from {lead}: {tail}, picked by hand.",
        "Good for three infusions.",
        "Clear in the cup, with a long finish.",
        "Packed where it grows, in bags that keep its scent.",
    ],
    tags: &["tea", "organic", "gift idea", "decaffeinated"],
    options: &[scale("weight", 2, &[("50 g", 100), ("100 g", 180), ("250 g", 400)])],
    price: (5, 19),
    grams: (60, 75),
};

const BREWING: Shelf = Shelf {
    name: "Brewing gear",
    things: &["teapot", "pour-over dripper", "coffee pot", "French press", "milk jug"],
    lead: fact("material", &["porcelain", "glass", "stainless steel", "copper", "ceramic"]),
    tail: fact("capacity class", &["for one", "for two", "for four", "for a crowd"]),
    facts: &[
        fact("safe for", &["dishwasher", "hand wash only"]),
        fact("origin", &["Japan", "Italy", "Germany", "Taiwan"]),
    ],
    pitches: &[
        "Pours without dripping, which is rarer than it sounds.",
        "Made of {lead}, {tail}; every part can be bought again.",
        "Does one thing, and does it every morning.",
    ],
    tags: &["coffee", "tea", "wedding list", "gift idea"],
    options: &[choice(
        "colour",
        &[("white", 100), ("black", 100), ("steel", 100), ("red", 100), ("olive", 100)],
    )],
    price: (15, 189),
    grams: (250, 1900),
};

const CHOCOLATE: Shelf = Shelf {
    name: "Chocolate and biscuits",
    things: &["chocolate", "biscuits", "drinking chocolate", "truffles"],
    lead: fact(
        "main ingredient",
        &["hazelnut", "orange", "sea salt", "almond", "ginger", "raspberry", "pistachio"],
    ),
    tail: fact("cocoa", &["dark 70 %", "dark 85 %", "milk 45 %", "white"]),
    facts: &[
        fact("allergens", &["nuts, milk", "gluten, milk", "may contain traces of nuts", "soya"]),
        fact("origin", &["Madagascar", "Peru", "Ecuador", "Ghana"]),
    ],
    pitches: &[
        "Three ingredients, and {lead}.",
        "Made of beans that are roasted, ground and poured under one roof.",
        "Disappears quickly; take two.",
    ],
    tags: &["sweet", "vegan", "fair trade", "gift idea"],
    options: &[choice("pack", &[("single", 100), ("pack of 3", 285), ("pack of 10", 900)])],
    price: (3, 15),
    grams: (70, 300),
};
