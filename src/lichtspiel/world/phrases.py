"""The words for everything a scene can show, in English and German: data only.

`caption.py` chooses and joins them, `prompt/expand.py` borrows the detail sentences, so that a
user's expanded prompt sounds like the captions that the models were taught.
"""

from __future__ import annotations

#: attribute -> value -> wordings.
Table = dict[str, dict[str, tuple[str, ...]]]

NUMBERS = {"en": {2: "two", 3: "three"}, "de": {2: "zwei", 3: "drei"}}

COLOR_STEMS_DE = {
    "red": "rot",
    "blue": "blau",
    "green": "grün",
    "yellow": "gelb",
    "white": "weiß",
    "black": "schwarz",
    "brown": "braun",
}

# --- Subjects ---------------------------------------------------------------------------------

#: English nouns as (singular, plural); the first is the plainest.
NOUNS_EN: dict[str, tuple[tuple[str, str], ...]] = {
    "woman": (("woman", "women"), ("woman", "women"), ("lady", "ladies")),
    "man": (("man", "men"), ("man", "men"), ("guy", "guys"), ("gentleman", "gentlemen")),
    "astronaut": (
        ("astronaut", "astronauts"),
        ("astronaut", "astronauts"),
        ("cosmonaut", "cosmonauts"),
        ("spaceman", "spacemen"),
        ("astronaut in a space suit", "astronauts in space suits"),
    ),
    "puppies": (
        ("puppy", "puppies"),
        ("golden retriever puppy", "golden retriever puppies"),
        ("golden retriever puppy", "golden retriever puppies"),
        ("pup", "pups"),
        ("young golden retriever", "young golden retrievers"),
        ("golden retriever", "golden retrievers"),
        ("dog", "dogs"),
        ("little dog", "little dogs"),
    ),
    "bear": (
        ("bear", "bears"),
        ("brown bear", "brown bears"),
        ("brown bear", "brown bears"),
        ("grizzly", "grizzlies"),
        ("grizzly bear", "grizzly bears"),
    ),
    "horse": (("horse", "horses"), ("horse", "horses"), ("stallion", "stallions")),
    "ball": (("ball", "balls"), ("ball", "balls"), ("rubber ball", "rubber balls")),
    "car": (("car", "cars"), ("car", "cars"), ("automobile", "automobiles")),
    "eye": (("eye", "eyes"), ("human eye", "human eyes")),
}

#: Adjectives that say nothing about the attributes; "" is no adjective.
ADJECTIVES_EN: dict[str, tuple[str, ...]] = {
    "woman": ("", "", "", "young", "stylish", "elegant"),
    "man": ("", "", "", "young"),
    "astronaut": ("", "", "", "lone"),
    "puppies": ("", "", "", "cute"),
    "bear": ("", "", "", "big"),
    "horse": ("", "", "", "beautiful"),
    "ball": ("", "", "", "big"),
    "car": ("", "", "", "shiny"),
    "eye": ("",),
}

#: German nouns as (adjective stem or "", nominative, accusative and dative, plural, dative
#: plural, gender); the first is the plainest.
Noun = tuple[str, str, str, str, str, str]
_WELPE: Noun = ("", "Welpe", "Welpen", "Welpen", "Welpen", "m")
_GOLDEN: Noun = (
    "",
    "Golden-Retriever-Welpe",
    "Golden-Retriever-Welpen",
    "Golden-Retriever-Welpen",
    "Golden-Retriever-Welpen",
    "m",
)
NOUNS_DE: dict[str, tuple[Noun, ...]] = {
    "woman": (
        ("", "Frau", "Frau", "Frauen", "Frauen", "f"),
        ("", "Frau", "Frau", "Frauen", "Frauen", "f"),
        ("jung", "Frau", "Frau", "Frauen", "Frauen", "f"),
        ("elegant", "Frau", "Frau", "Frauen", "Frauen", "f"),
        ("", "Dame", "Dame", "Damen", "Damen", "f"),
    ),
    "man": (
        ("", "Mann", "Mann", "Männer", "Männern", "m"),
        ("", "Mann", "Mann", "Männer", "Männern", "m"),
        ("jung", "Mann", "Mann", "Männer", "Männern", "m"),
        ("", "Herr", "Herrn", "Herren", "Herren", "m"),
    ),
    "astronaut": (
        ("", "Astronaut", "Astronauten", "Astronauten", "Astronauten", "m"),
        ("", "Astronaut", "Astronauten", "Astronauten", "Astronauten", "m"),
        ("einsam", "Astronaut", "Astronauten", "Astronauten", "Astronauten", "m"),
        ("", "Kosmonaut", "Kosmonauten", "Kosmonauten", "Kosmonauten", "m"),
        ("", "Raumfahrer", "Raumfahrer", "Raumfahrer", "Raumfahrern", "m"),
    ),
    "puppies": (
        _WELPE,
        _GOLDEN,
        _GOLDEN,
        ("süß", "Welpe", "Welpen", "Welpen", "Welpen", "m"),
        (
            "jung",
            "Golden Retriever",
            "Golden Retriever",
            "Golden Retriever",
            "Golden Retrievern",
            "m",
        ),
        ("", "Hund", "Hund", "Hunde", "Hunden", "m"),
        ("klein", "Hund", "Hund", "Hunde", "Hunden", "m"),
        ("", "Hundewelpe", "Hundewelpen", "Hundewelpen", "Hundewelpen", "m"),
    ),
    "bear": (
        ("", "Bär", "Bären", "Bären", "Bären", "m"),
        ("", "Braunbär", "Braunbären", "Braunbären", "Braunbären", "m"),
        ("braun", "Bär", "Bären", "Bären", "Bären", "m"),
        ("groß", "Braunbär", "Braunbären", "Braunbären", "Braunbären", "m"),
        ("", "Grizzly", "Grizzly", "Grizzlys", "Grizzlys", "m"),
        ("", "Grizzlybär", "Grizzlybären", "Grizzlybären", "Grizzlybären", "m"),
    ),
    "horse": (
        ("", "Pferd", "Pferd", "Pferde", "Pferden", "n"),
        ("", "Pferd", "Pferd", "Pferde", "Pferden", "n"),
        ("schön", "Pferd", "Pferd", "Pferde", "Pferden", "n"),
        ("", "Hengst", "Hengst", "Hengste", "Hengsten", "m"),
    ),
    "ball": (
        ("", "Ball", "Ball", "Bälle", "Bällen", "m"),
        ("", "Ball", "Ball", "Bälle", "Bällen", "m"),
        ("groß", "Ball", "Ball", "Bälle", "Bällen", "m"),
        ("", "Gummiball", "Gummiball", "Gummibälle", "Gummibällen", "m"),
    ),
    "car": (
        ("", "Auto", "Auto", "Autos", "Autos", "n"),
        ("", "Auto", "Auto", "Autos", "Autos", "n"),
        ("glänzend", "Auto", "Auto", "Autos", "Autos", "n"),
        ("", "Wagen", "Wagen", "Wagen", "Wagen", "m"),
    ),
    "eye": (
        ("", "Auge", "Auge", "Augen", "Augen", "n"),
        ("menschlich", "Auge", "Auge", "Augen", "Augen", "n"),
    ),
}

#: What wears the colour; "{}" takes the colour, in German with its ending.
CLOTHES_EN = {
    "woman": ("in a {} dress", "wearing a {} dress", "in a long {} dress", "dressed in {}"),
    "man": ("in a {} jacket", "wearing a {} jacket", "with a {} jacket", "dressed in {}"),
}
CLOTHES_DE = {
    "woman": ("in einem {}en Kleid", "im {}en Kleid", "in {}em Kleid", "mit {}em Kleid"),
    "man": ("in einer {}en Jacke", "mit {}er Jacke", "in {}er Jacke"),
}
#: The same as sentences of their own.
COLOR_SENTENCES_EN = {
    "woman": ("Her dress is {}.", "She wears a {} dress.", "The dress is {}."),
    "man": ("His jacket is {}.", "He wears a {} jacket.", "The jacket is {}."),
    "horse": ("The horse is {}.", "Its coat is {}."),
    "ball": ("The ball is {}.",),
    "car": ("The car is {}.", "Its paint is {}."),
    "eye": ("The eye is {}.", "Its iris is {}."),
}
COLOR_SENTENCES_DE = {
    "woman": ("Ihr Kleid ist {}.", "Sie trägt ein {}es Kleid.", "Das Kleid ist {}."),
    "man": ("Seine Jacke ist {}.", "Er trägt eine {}e Jacke.", "Die Jacke ist {}."),
    "horse": ("Das Pferd ist {}.", "Sein Fell ist {}."),
    "ball": ("Der Ball ist {}.",),
    "car": ("Das Auto ist {}.", "Der Lack ist {}."),
    "eye": ("Das Auge ist {}.", "Die Iris ist {}."),
}

# --- Actions ----------------------------------------------------------------------------------

#: Subjects that move alike share their verbs.
KIND = {"woman": "person", "man": "person", "astronaut": "person"}

#: (kind, action) -> English verbs as (singular, plural, participle).
VERBS_EN: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {
    ("person", "walk"): (
        ("walks", "walk", "walking"),
        ("walks", "walk", "walking"),
        ("strolls", "stroll", "strolling"),
        ("wanders", "wander", "wandering"),
    ),
    ("person", "run"): (
        ("runs", "run", "running"),
        ("runs", "run", "running"),
        ("jogs", "jog", "jogging"),
        ("sprints", "sprint", "sprinting"),
    ),
    ("person", "stand"): (
        ("stands", "stand", "standing"),
        ("stands", "stand", "standing"),
        ("stands still", "stand still", "standing still"),
        ("waits", "wait", "waiting"),
    ),
    ("puppies", "play"): (
        ("plays", "play", "playing"),
        ("plays", "play", "playing"),
        ("romps", "romp", "romping"),
        ("frolics", "frolic", "frolicking"),
    ),
    ("puppies", "run"): (
        ("runs", "run", "running"),
        ("dashes", "dash", "dashing"),
        ("races", "race", "racing"),
    ),
    ("bear", "walk"): (
        ("walks", "walk", "walking"),
        ("walks", "walk", "walking"),
        ("wanders", "wander", "wandering"),
        ("plods", "plod", "plodding"),
    ),
    ("bear", "stand"): (
        ("stands", "stand", "standing"),
        ("stands still", "stand still", "standing still"),
    ),
    ("horse", "walk"): (("walks", "walk", "walking"), ("strides", "stride", "striding")),
    ("horse", "run"): (
        ("runs", "run", "running"),
        ("gallops", "gallop", "galloping"),
        ("gallops", "gallop", "galloping"),
    ),
    ("horse", "stand"): (
        ("stands", "stand", "standing"),
        ("stands still", "stand still", "standing still"),
    ),
    ("ball", "roll"): (("rolls", "roll", "rolling"),),
    ("ball", "bounce"): (
        ("bounces", "bounce", "bouncing"),
        ("bounces", "bounce", "bouncing"),
        ("hops", "hop", "hopping"),
    ),
    ("car", "drive"): (
        ("drives", "drive", "driving"),
        ("drives", "drive", "driving"),
        ("cruises", "cruise", "cruising"),
    ),
    ("car", "stand"): (
        ("stands", "stand", "standing"),
        ("is parked", "are parked", "parked"),
    ),
    ("eye", "look_right"): (
        ("looks", "look", "looking"),
        ("looks", "look", "looking"),
        ("glances", "glance", "glancing"),
    ),
}
VERBS_EN["eye", "look_left"] = VERBS_EN["eye", "look_right"]

#: (kind, action) -> German verbs as (singular, plural); the plural is the infinitive as well.
VERBS_DE: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("person", "walk"): (
        ("geht", "gehen"),
        ("geht", "gehen"),
        ("spaziert", "spazieren"),
        ("läuft", "laufen"),
        ("schlendert", "schlendern"),
    ),
    ("person", "run"): (
        ("rennt", "rennen"),
        ("rennt", "rennen"),
        ("joggt", "joggen"),
        ("sprintet", "sprinten"),
    ),
    ("person", "stand"): (("steht", "stehen"), ("steht", "stehen"), ("wartet", "warten")),
    ("puppies", "play"): (
        ("spielt", "spielen"),
        ("spielt", "spielen"),
        ("tobt", "toben"),
        ("tollt", "tollen"),
    ),
    ("puppies", "run"): (
        ("rennt", "rennen"),
        ("läuft", "laufen"),
        ("flitzt", "flitzen"),
    ),
    ("bear", "walk"): (
        ("geht", "gehen"),
        ("trottet", "trotten"),
        ("stapft", "stapfen"),
        ("läuft", "laufen"),
    ),
    ("bear", "stand"): (("steht", "stehen"),),
    ("horse", "walk"): (("geht", "gehen"), ("schreitet", "schreiten"), ("trottet", "trotten")),
    ("horse", "run"): (
        ("galoppiert", "galoppieren"),
        ("galoppiert", "galoppieren"),
        ("rennt", "rennen"),
    ),
    ("horse", "stand"): (("steht", "stehen"),),
    ("ball", "roll"): (("rollt", "rollen"), ("rollt", "rollen"), ("kullert", "kullern")),
    ("ball", "bounce"): (("hüpft", "hüpfen"), ("springt", "springen")),
    ("car", "drive"): (("fährt", "fahren"),),
    ("car", "stand"): (("steht", "stehen"), ("parkt", "parken")),
    ("eye", "look_right"): (("schaut", "schauen"), ("blickt", "blicken")),
}
VERBS_DE["eye", "look_left"] = VERBS_DE["eye", "look_right"]

#: Adverbs that fit any verb of the action; "" is none.
ADVERBS = {
    "en": {
        "walk": ("", "", "", "calmly"),
        "run": ("", "", "", "fast"),
        "play": ("", "", "happily"),
        "stand": ("", "", "", "quietly"),
        "bounce": ("", "up and down"),
    },
    "de": {
        "walk": ("", "", "", "gemächlich"),
        "run": ("", "", "", "schnell"),
        "play": ("", "", "fröhlich"),
        "stand": ("", "", "", "ruhig"),
        "bounce": ("", "auf und ab"),
    },
}

#: Actions that cross a place; the others stay in it.
MOVING = ("walk", "run", "drive", "roll")

# --- Places -----------------------------------------------------------------------------------

#: Place -> where something is ("face" has none: the eye fills the picture).
WHERE = {
    "en": {
        "street": (
            "on a neon street",
            "in a neon street",
            "on a neon-lit city street",
            "on a wet neon street",
            "on a wet city street full of neon signs",
            "in a Tokyo street with glowing neon signs",
            "on a street with neon lights and wet, reflecting ground",
        ),
        "snow": (
            "in the snow",
            "in the snow",
            "in a snowy field",
            "on a snowfield",
            "in deep snow",
            "in a snow-covered field",
        ),
        "cliffs": (
            "on rugged sea cliffs",
            "on the cliffs above the sea",
            "on a rocky coast",
            "on a cliff by the sea",
            "at a rugged cliff coast",
        ),
        "mars": (
            "on Mars",
            "on Mars",
            "on the red planet",
            "on the surface of Mars",
            "in the red desert of Mars",
        ),
        "beach": (
            "on the beach",
            "on a beach",
            "on a sandy beach",
            "at the beach",
            "on a beach by the sea",
        ),
        "forest": (
            "in the forest",
            "in a forest",
            "in the woods",
            "in a dense forest",
            "among the trees of a forest",
        ),
        "meadow": (
            "on a green meadow",
            "in a meadow",
            "in a green meadow with mountains behind",
            "on a meadow below the mountains",
            "in an alpine meadow",
        ),
        "face": (),
    },
    "de": {
        "street": (
            "auf einer Neonstraße",
            "in einer Neonstraße",
            "auf einer nassen Neonstraße",
            "in einer Straße voller Neonlichter",
            "auf einer nassen Straße mit leuchtenden Neonschildern",
            "auf einer Straße in Tokio mit Neonreklamen",
            "in einer Stadtstraße mit Neonlichtern und spiegelndem Boden",
        ),
        "snow": (
            "im Schnee",
            "im Schnee",
            "auf einem verschneiten Feld",
            "auf einem Schneefeld",
            "in tiefem Schnee",
            "im tiefen Schnee",
        ),
        "cliffs": (
            "auf schroffen Klippen am Meer",
            "auf den Klippen über dem Meer",
            "an einer felsigen Küste",
            "an einer Steilküste",
            "auf einer Klippe am Meer",
        ),
        "mars": (
            "auf dem Mars",
            "auf dem Mars",
            "auf dem roten Planeten",
            "auf der Oberfläche des Mars",
            "in der roten Wüste des Mars",
        ),
        "beach": (
            "am Strand",
            "am Strand",
            "an einem Strand",
            "auf einem Sandstrand",
            "an einem Strand am Meer",
        ),
        "forest": (
            "im Wald",
            "in einem Wald",
            "in einem dichten Wald",
            "zwischen den Bäumen eines Waldes",
            "tief im Wald",
        ),
        "meadow": (
            "auf einer grünen Wiese",
            "auf einer Wiese",
            "auf einer grünen Wiese vor Bergen",
            "auf einer Bergwiese",
            "auf einer Wiese am Fuß der Berge",
        ),
        "face": (),
    },
}

#: Place -> along which way something moves.
ALONG = {
    "en": {
        "street": (
            "through a neon street",
            "down a neon street",
            "through a neon-lit city street",
            "down a wet street with neon signs",
            "along a wet city street full of neon lights",
            "through a Tokyo street with glowing neon signs",
        ),
        "snow": (
            "through the snow",
            "through the snow",
            "across a snowy field",
            "across a snowfield",
            "through deep snow",
        ),
        "cliffs": (
            "along rugged sea cliffs",
            "along the cliffs above the sea",
            "across a rocky coast",
            "along a cliff by the sea",
        ),
        "mars": (
            "across Mars",
            "across the red planet",
            "across the surface of Mars",
            "through the red desert of Mars",
        ),
        "beach": (
            "along the beach",
            "along a beach",
            "across a sandy beach",
            "along a beach by the sea",
        ),
        "forest": (
            "through the forest",
            "through a forest",
            "through the woods",
            "through a dense forest",
        ),
        "meadow": (
            "across a green meadow",
            "across a meadow",
            "through a green meadow with mountains behind",
            "across a meadow below the mountains",
            "over an alpine meadow",
        ),
        "face": (),
    },
    "de": {
        "street": (
            "durch eine Neonstraße",
            "durch eine nasse Neonstraße",
            "durch eine Straße voller Neonlichter",
            "über eine nasse Straße mit leuchtenden Neonschildern",
            "durch eine Straße in Tokio mit Neonreklamen",
            "durch eine nasse Stadtstraße mit Neonlichtern",
        ),
        "snow": (
            "durch den Schnee",
            "durch den Schnee",
            "über ein verschneites Feld",
            "über ein Schneefeld",
            "durch tiefen Schnee",
        ),
        "cliffs": (
            "über schroffe Klippen am Meer",
            "über die Klippen über dem Meer",
            "über eine felsige Küste",
            "über eine Klippe am Meer",
        ),
        "mars": (
            "über den Mars",
            "über den roten Planeten",
            "über die Oberfläche des Mars",
            "durch die rote Wüste des Mars",
        ),
        "beach": (
            "über den Strand",
            "über einen Strand",
            "über einen Sandstrand",
            "über einen Strand am Meer",
        ),
        "forest": (
            "durch den Wald",
            "durch einen Wald",
            "durch einen dichten Wald",
        ),
        "meadow": (
            "über eine grüne Wiese",
            "über eine Wiese",
            "über eine grüne Wiese vor Bergen",
            "über eine Bergwiese",
            "über eine Wiese am Fuß der Berge",
        ),
        "face": (),
    },
}

#: The eye's way, said where others have their place.
LOOKS = {
    "en": {"look_right": "from left to right", "look_left": "from right to left"},
    "de": {"look_right": "von links nach rechts", "look_left": "von rechts nach links"},
}

#: Place -> the place itself as a thing to look at.
LANDSCAPES_EN = {
    "street": (
        "a neon street",
        "a neon-lit city street",
        "an empty neon street",
        "a wet city street with neon signs",
        "a Tokyo street full of glowing neon signs",
    ),
    "snow": ("a snowy field", "a snowfield", "a snow-covered field", "a wide snowy plain"),
    "cliffs": (
        "rugged sea cliffs",
        "sea cliffs",
        "a rugged cliff coast",
        "a rocky coast with waves",
        "waves breaking against rugged cliffs",
    ),
    "mars": (
        "the surface of Mars",
        "a Martian landscape",
        "the red desert of Mars",
        "the red planet",
    ),
    "beach": ("a sandy beach", "a beach", "an empty beach", "a beach with waves"),
    "forest": ("a forest", "a dense forest", "the woods", "a quiet forest"),
    "meadow": (
        "a green meadow",
        "a green meadow with mountains behind",
        "a meadow below the mountains",
        "an alpine meadow",
    ),
}
#: As (nominative, accusative, dative).
LANDSCAPES_DE = {
    "street": (
        ("eine Neonstraße", "eine Neonstraße", "einer Neonstraße"),
        ("eine nasse Neonstraße", "eine nasse Neonstraße", "einer nassen Neonstraße"),
        ("eine leere Neonstraße", "eine leere Neonstraße", "einer leeren Neonstraße"),
        (
            "eine nasse Straße mit leuchtenden Neonschildern",
            "eine nasse Straße mit leuchtenden Neonschildern",
            "einer nassen Straße mit leuchtenden Neonschildern",
        ),
    ),
    "snow": (
        ("ein verschneites Feld", "ein verschneites Feld", "einem verschneiten Feld"),
        ("ein Schneefeld", "ein Schneefeld", "einem Schneefeld"),
        (
            "eine weite Schneelandschaft",
            "eine weite Schneelandschaft",
            "einer weiten Schneelandschaft",
        ),
    ),
    "cliffs": (
        ("schroffe Klippen am Meer", "schroffe Klippen am Meer", "schroffen Klippen am Meer"),
        ("eine Steilküste", "eine Steilküste", "einer Steilküste"),
        ("eine felsige Küste", "eine felsige Küste", "einer felsigen Küste"),
        ("raue Meeresklippen", "raue Meeresklippen", "rauen Meeresklippen"),
    ),
    "mars": (
        ("die Oberfläche des Mars", "die Oberfläche des Mars", "der Oberfläche des Mars"),
        ("die rote Wüste des Mars", "die rote Wüste des Mars", "der roten Wüste des Mars"),
        ("eine Marslandschaft", "eine Marslandschaft", "einer Marslandschaft"),
    ),
    "beach": (
        ("ein Strand", "einen Strand", "einem Strand"),
        ("ein leerer Strand", "einen leeren Strand", "einem leeren Strand"),
        ("ein Sandstrand", "einen Sandstrand", "einem Sandstrand"),
        ("ein Strand mit Wellen", "einen Strand mit Wellen", "einem Strand mit Wellen"),
    ),
    "forest": (
        ("ein Wald", "einen Wald", "einem Wald"),
        ("ein dichter Wald", "einen dichten Wald", "einem dichten Wald"),
        ("ein stiller Wald", "einen stillen Wald", "einem stillen Wald"),
    ),
    "meadow": (
        ("eine grüne Wiese", "eine grüne Wiese", "einer grünen Wiese"),
        (
            "eine grüne Wiese vor Bergen",
            "eine grüne Wiese vor Bergen",
            "einer grünen Wiese vor Bergen",
        ),
        ("eine Bergwiese", "eine Bergwiese", "einer Bergwiese"),
    ),
}

# --- Phrases folded into the sentence ---------------------------------------------------------

FOLDED: dict[str, Table] = {
    "en": {
        "light": {
            "noon": ("at noon", "at midday", "in bright daylight", "under the midday sun"),
            "sunset": (
                "at sunset",
                "at sunset",
                "in the golden light of sunset",
                "at golden hour",
                "in golden evening light",
            ),
            "night": ("at night", "at night", "by night", "in the dark of night"),
            "overcast": (
                "on an overcast day",
                "under an overcast sky",
                "under a cloudy sky",
                "on a grey day",
            ),
        },
        "weather": {
            "clear": ("in clear weather", "in clear air"),
            "rain": ("in the rain", "in the rain", "in heavy rain", "in pouring rain"),
            "snowfall": ("in falling snow", "while snow is falling", "during snowfall"),
            "fog": ("in the fog", "in thick fog", "in fog", "in the mist"),
        },
        "style": {
            "photo": ("in photorealistic style",),
            "anime": ("in anime style", "as anime"),
            "pencil": ("as a pencil drawing", "drawn in pencil"),
            "noir": ("in black and white", "in black and white"),
        },
    },
    "de": {
        "light": {
            "noon": ("am Mittag", "mittags", "bei hellem Tageslicht", "in der Mittagssonne"),
            "sunset": (
                "bei Sonnenuntergang",
                "bei Sonnenuntergang",
                "im goldenen Abendlicht",
                "in der Abendsonne",
                "zur goldenen Stunde",
            ),
            "night": ("nachts", "nachts", "bei Nacht", "in der Nacht"),
            "overcast": (
                "bei bedecktem Himmel",
                "unter bewölktem Himmel",
                "an einem grauen Tag",
                "an einem trüben Tag",
            ),
        },
        "weather": {
            "clear": ("bei klarem Wetter", "bei klarer Luft"),
            "rain": ("im Regen", "im Regen", "bei Regen", "im strömenden Regen"),
            "snowfall": ("bei Schneefall", "bei dichtem Schneefall", "im Schneetreiben"),
            "fog": ("im Nebel", "bei Nebel", "im dichten Nebel"),
        },
        "style": {
            "photo": ("in fotorealistischem Stil",),
            "anime": ("im Anime-Stil", "als Anime"),
            "pencil": ("als Bleistiftzeichnung", "mit Bleistift gezeichnet"),
            "noir": ("in Schwarzweiß", "in Schwarz-Weiß"),
        },
    },
}

# --- Frames: what can stand before the thing shown ------------------------------------------------

#: Camera or style -> openings that take the thing shown as their object.
FRAMES_EN: Table = {
    "camera": {
        "static": ("A static shot of", "A fixed camera shows", "Static camera view of"),
        "orbit": (
            "The camera circles",
            "A drone circles",
            "A drone circling",
            "Drone shot circling",
            "The camera orbits around",
        ),
        "flyover": ("A drone flies over", "A drone flying over", "Aerial flyover of"),
        "tracking": ("The camera follows", "A tracking shot of", "Tracking shot following"),
        "pan_left": ("A pan to the left shows", "Panning left:"),
        "pan_right": ("A pan to the right shows", "Panning right:"),
        "dolly_in": ("The camera moves closer to", "Dolly in on", "The camera approaches"),
        "dolly_out": ("The camera pulls back from", "Dolly out from", "The camera retreats from"),
        "closeup": ("A close-up of", "An extreme close-up of", "Extreme close-up of"),
    },
    "style": {
        "photo": ("A photorealistic shot of", "A realistic video of"),
        "anime": ("An anime scene of", "Anime of"),
        "pencil": ("A pencil drawing of", "A pencil sketch of"),
        "noir": ("Black and white film of", "A black-and-white film of", "Black and white shot of"),
    },
}
#: The same with the case that the opening asks for.
FRAMES_DE: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "camera": {
        "static": (
            ("Eine feste Kamera zeigt", "acc"),
            ("Statische Aufnahme von", "dat"),
            ("Die Kamera steht still und zeigt", "acc"),
        ),
        "orbit": (
            ("Die Kamera umkreist", "acc"),
            ("Eine Drohne umkreist", "acc"),
            ("Eine Drohne kreist um", "acc"),
        ),
        "flyover": (
            ("Eine Drohne fliegt über", "acc"),
            ("Eine Drohne überfliegt", "acc"),
            ("Drohnenflug über", "acc"),
        ),
        "tracking": (
            ("Die Kamera folgt", "dat"),
            ("Die Kamera begleitet", "acc"),
            ("Die Kamera verfolgt", "acc"),
        ),
        "pan_left": (
            ("Ein Schwenk nach links zeigt", "acc"),
            ("Die Kamera schwenkt nach links und zeigt", "acc"),
        ),
        "pan_right": (
            ("Ein Schwenk nach rechts zeigt", "acc"),
            ("Die Kamera schwenkt nach rechts und zeigt", "acc"),
        ),
        "dolly_in": (
            ("Die Kamera nähert sich", "dat"),
            ("Kamerafahrt hin zu", "dat"),
        ),
        "dolly_out": (
            ("Die Kamera entfernt sich von", "dat"),
            ("Kamerafahrt weg von", "dat"),
        ),
        "closeup": (
            ("Großaufnahme von", "dat"),
            ("Nahaufnahme von", "dat"),
            ("Extreme Nahaufnahme von", "dat"),
        ),
    },
    "style": {
        "photo": (("Fotorealistische Aufnahme von", "dat"),),
        "anime": (("Anime-Szene mit", "dat"),),
        "pencil": (("Bleistiftzeichnung von", "dat"), ("Eine Bleistiftskizze von", "dat")),
        "noir": (("Schwarzweißfilm mit", "dat"), ("Schwarz-Weiß-Aufnahme von", "dat")),
    },
}
#: Openings before a whole German sentence.
LEADS_DE: dict[str, tuple[str, ...]] = {
    "photo": ("Fotorealistisches Video:",),
    "anime": ("Anime:", "Anime-Szene:"),
    "pencil": ("Bleistiftzeichnung:",),
    "noir": ("Schwarzweißfilm:", "Schwarz-Weiß-Film:"),
}

# --- Tags: single words after commas ----------------------------------------------------------

TAGS: dict[str, Table] = {
    "en": {
        "place": {
            "street": ("neon street", "neon city street"),
            "snow": ("snow", "snowy field"),
            "cliffs": ("sea cliffs", "rocky coast"),
            "mars": ("Mars",),
            "beach": ("beach", "sandy beach"),
            "forest": ("forest", "woods"),
            "meadow": ("meadow", "green meadow", "alpine meadow"),
        },
        "light": {
            "noon": ("noon", "midday", "bright daylight"),
            "sunset": ("sunset", "golden hour"),
            "night": ("night",),
            "overcast": ("overcast", "cloudy sky"),
        },
        "weather": {
            "clear": ("clear weather",),
            "rain": ("rain", "rainy"),
            "snowfall": ("snowfall", "falling snow"),
            "fog": ("fog", "foggy"),
        },
        "camera": {
            "static": ("static shot", "static camera"),
            "orbit": ("orbiting drone shot", "orbit shot", "circling camera"),
            "flyover": ("flyover", "drone flyover"),
            "tracking": ("tracking shot",),
            "pan_left": ("pan left", "slow pan to the left"),
            "pan_right": ("pan right", "slow pan to the right"),
            "dolly_in": ("dolly in", "slow dolly in", "camera moving closer"),
            "dolly_out": ("dolly out", "slow dolly out", "camera pulling back"),
            "closeup": ("close-up", "extreme close-up"),
        },
        "style": {
            "photo": ("photorealistic",),
            "anime": ("anime", "anime style"),
            "pencil": ("pencil drawing", "pencil sketch"),
            "noir": ("black and white", "black and white film"),
        },
    },
    "de": {
        "place": {
            "street": ("Neonstraße", "nasse Neonstraße"),
            "snow": ("Schnee", "verschneites Feld", "Schneefeld"),
            "cliffs": ("Klippen am Meer", "Steilküste", "felsige Küste"),
            "mars": ("Mars",),
            "beach": ("Strand", "Sandstrand"),
            "forest": ("Wald", "dichter Wald"),
            "meadow": ("Wiese", "grüne Wiese", "Bergwiese"),
        },
        "light": {
            "noon": ("Mittag", "helles Tageslicht"),
            "sunset": ("Sonnenuntergang", "goldenes Abendlicht"),
            "night": ("Nacht",),
            "overcast": ("bedeckter Himmel", "bewölkt"),
        },
        "weather": {
            "clear": ("klares Wetter",),
            "rain": ("Regen", "regnerisch"),
            "snowfall": ("Schneefall",),
            "fog": ("Nebel", "neblig"),
        },
        "camera": {
            "static": ("statische Kamera", "feste Kamera"),
            "orbit": ("kreisende Drohne", "kreisende Kamera"),
            "flyover": ("Drohnenflug", "Überflug"),
            "tracking": ("mitfahrende Kamera", "Verfolgerkamera"),
            "pan_left": ("Schwenk nach links", "Kameraschwenk nach links"),
            "pan_right": ("Schwenk nach rechts", "Kameraschwenk nach rechts"),
            "dolly_in": ("Kamerafahrt nach vorn", "langsame Fahrt nach vorn"),
            "dolly_out": ("Kamerafahrt zurück", "langsame Fahrt zurück"),
            "closeup": ("Großaufnahme", "extreme Nahaufnahme"),
        },
        "style": {
            "photo": ("fotorealistisch",),
            "anime": ("Anime", "Anime-Stil"),
            "pencil": ("Bleistiftzeichnung",),
            "noir": ("schwarzweiß", "Schwarzweißfilm"),
        },
    },
}

# --- Detail sentences -------------------------------------------------------------------------

DETAILS: dict[str, Table] = {
    "en": {
        "place": {
            "street": (
                "A neon street.",
                "The place is a neon-lit city street.",
                "Neon signs are mirrored in the wet street.",
            ),
            "snow": ("A snowy field.", "The place is a snowfield.", "Deep snow covers the ground."),
            "cliffs": (
                "Rugged sea cliffs.",
                "The place is a rocky coast.",
                "The cliffs rise above the sea.",
            ),
            "mars": ("The planet Mars.", "The place is Mars.", "The red desert of Mars."),
            "beach": ("A sandy beach.", "The place is a beach.", "Waves roll onto the beach."),
            "forest": ("A forest.", "The place is a forest.", "A dense forest all around."),
            "meadow": (
                "A green meadow.",
                "The place is a green meadow.",
                "A green meadow with mountains behind.",
            ),
        },
        "light": {
            "noon": ("Bright midday light.", "It is noon.", "Bright daylight."),
            "sunset": ("Golden sunset light.", "The sun is setting.", "Warm light of sunset."),
            "night": ("It is night.", "Night.", "A dark night."),
            "overcast": ("Overcast sky.", "The sky is overcast.", "Soft light under grey clouds."),
        },
        "weather": {
            "clear": ("Clear weather.", "The air is clear."),
            "rain": ("Rain is falling.", "It is raining.", "Heavy rain."),
            "snowfall": ("Snow is falling.", "Snowflakes fall.", "It is snowing."),
            "fog": ("Thick fog.", "Fog fills the air.", "It is foggy."),
        },
        "camera": {
            "static": ("The camera stands still.", "Static camera.", "Fixed camera."),
            "orbit": (
                "The camera circles slowly.",
                "A drone circles around.",
                "Orbiting camera.",
            ),
            "flyover": ("Drone flyover.", "A drone flies over it.", "The camera flies over it."),
            "tracking": ("The camera follows.", "Tracking shot.", "The camera moves along."),
            "pan_left": ("The camera pans left.", "Slow pan to the left."),
            "pan_right": ("The camera pans right.", "Slow pan to the right."),
            "dolly_in": ("The camera moves closer.", "Slow dolly in.", "The camera approaches."),
            "dolly_out": ("The camera pulls back.", "Slow dolly out.", "The camera moves away."),
            "closeup": ("Extreme close-up.", "Close-up.", "Seen in close-up."),
        },
        "style": {
            "photo": ("Photorealistic.", "Realistic video.", "Photorealistic style."),
            "anime": ("Anime style.", "Anime.", "Drawn as anime."),
            "pencil": ("Pencil drawing.", "Pencil sketch.", "Drawn in pencil."),
            "noir": ("Black and white film.", "Black and white.", "Shot in black and white."),
        },
    },
    "de": {
        "place": {
            "street": (
                "Eine Neonstraße.",
                "Der Ort ist eine nasse Neonstraße.",
                "Neonschilder spiegeln sich auf der nassen Straße.",
            ),
            "snow": (
                "Ein verschneites Feld.",
                "Der Ort ist ein Schneefeld.",
                "Tiefer Schnee bedeckt den Boden.",
            ),
            "cliffs": (
                "Schroffe Klippen am Meer.",
                "Der Ort ist eine felsige Küste.",
                "Die Klippen ragen aus dem Meer.",
            ),
            "mars": ("Der Planet Mars.", "Der Ort ist der Mars.", "Die rote Wüste des Mars."),
            "beach": (
                "Ein Sandstrand.",
                "Der Ort ist ein Strand.",
                "Wellen rollen an den Strand.",
            ),
            "forest": ("Ein Wald.", "Der Ort ist ein Wald.", "Ringsum ein dichter Wald."),
            "meadow": (
                "Eine grüne Wiese.",
                "Der Ort ist eine grüne Wiese.",
                "Eine grüne Wiese vor Bergen.",
            ),
        },
        "light": {
            "noon": ("Helles Mittagslicht.", "Es ist Mittag.", "Helles Tageslicht."),
            "sunset": (
                "Goldenes Licht des Sonnenuntergangs.",
                "Die Sonne geht unter.",
                "Warmes Abendlicht.",
            ),
            "night": ("Es ist Nacht.", "Nacht.", "Eine dunkle Nacht."),
            "overcast": (
                "Bedeckter Himmel.",
                "Der Himmel ist bedeckt.",
                "Weiches Licht unter grauen Wolken.",
            ),
        },
        "weather": {
            "clear": ("Klares Wetter.", "Die Luft ist klar."),
            "rain": ("Es regnet.", "Regen fällt.", "Starker Regen."),
            "snowfall": ("Es schneit.", "Schnee fällt.", "Schneeflocken fallen."),
            "fog": ("Dichter Nebel.", "Es ist neblig.", "Nebel liegt in der Luft."),
        },
        "camera": {
            "static": ("Die Kamera steht still.", "Statische Kamera.", "Feste Kamera."),
            "orbit": (
                "Die Kamera kreist langsam.",
                "Eine Drohne kreist.",
                "Kreisende Kamera.",
            ),
            "flyover": (
                "Drohnenflug.",
                "Eine Drohne fliegt darüber.",
                "Die Kamera fliegt darüber hinweg.",
            ),
            "tracking": (
                "Die Kamera folgt.",
                "Die Kamera fährt mit.",
                "Mitfahrende Kamera.",
            ),
            "pan_left": ("Die Kamera schwenkt nach links.", "Langsamer Schwenk nach links."),
            "pan_right": ("Die Kamera schwenkt nach rechts.", "Langsamer Schwenk nach rechts."),
            "dolly_in": (
                "Die Kamera kommt näher.",
                "Die Kamera fährt langsam heran.",
                "Langsame Kamerafahrt nach vorn.",
            ),
            "dolly_out": (
                "Die Kamera fährt zurück.",
                "Die Kamera entfernt sich langsam.",
                "Langsame Kamerafahrt zurück.",
            ),
            "closeup": ("Extreme Nahaufnahme.", "Großaufnahme.", "In Großaufnahme."),
        },
        "style": {
            "photo": ("Fotorealistisch.", "Realistisches Video.", "Fotorealistischer Stil."),
            "anime": ("Anime-Stil.", "Anime.", "Als Anime gezeichnet."),
            "pencil": ("Bleistiftzeichnung.", "Bleistiftskizze.", "Mit Bleistift gezeichnet."),
            "noir": ("Schwarzweißfilm.", "In Schwarzweiß gedreht.", "Schwarz-Weiß."),
        },
    },
}
