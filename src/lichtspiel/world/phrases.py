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
    "gray": "grau",
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
    "dancer": (
        ("dancer", "dancers"),
        ("dancer", "dancers"),
        ("ballerina", "ballerinas"),
        ("ballerina", "ballerinas"),
        ("ballet dancer", "ballet dancers"),
    ),
    "runner": (
        ("runner", "runners"),
        ("runner", "runners"),
        ("jogger", "joggers"),
        ("athlete", "athletes"),
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
    "cat": (
        ("cat", "cats"),
        ("cat", "cats"),
        ("house cat", "house cats"),
        ("pussycat", "pussycats"),
        ("tomcat", "tomcats"),
    ),
    "bird": (
        ("bird", "birds"),
        ("bird", "birds"),
        ("seagull", "seagulls"),
        ("gull", "gulls"),
        ("crow", "crows"),
        ("raven", "ravens"),
    ),
    "ball": (("ball", "balls"), ("ball", "balls"), ("rubber ball", "rubber balls")),
    "car": (("car", "cars"), ("car", "cars"), ("automobile", "automobiles")),
    "boat": (
        ("boat", "boats"),
        ("sailing boat", "sailing boats"),
        ("sailing boat", "sailing boats"),
        ("sailboat", "sailboats"),
        ("sailboat", "sailboats"),
        ("yacht", "yachts"),
    ),
    "glass": (
        ("glass", "glasses"),
        ("glass", "glasses"),
        ("drinking glass", "drinking glasses"),
        ("water glass", "water glasses"),
    ),
    "eye": (("eye", "eyes"), ("human eye", "human eyes")),
}

#: Nouns of either language that fit one colour only.
COLORED_NOUNS = {
    "seagull": "white",
    "gull": "white",
    "Möwe": "white",
    "crow": "black",
    "raven": "black",
    "Krähe": "black",
    "Rabe": "black",
}

#: Adjectives that say nothing about the attributes; "" is no adjective.
ADJECTIVES_EN: dict[str, tuple[str, ...]] = {
    "woman": ("", "", "", "young", "stylish", "elegant"),
    "man": ("", "", "", "young"),
    "astronaut": ("", "", "", "lone"),
    "dancer": ("", "", "", "young", "elegant"),
    "runner": ("", "", "", "fit"),
    "puppies": ("", "", "", "cute"),
    "bear": ("", "", "", "big"),
    "horse": ("", "", "", "beautiful"),
    "cat": ("", "", "", "cute"),
    "bird": ("", "", "", "large"),
    "ball": ("", "", "", "big"),
    "car": ("", "", "", "shiny"),
    "boat": ("", "", "", "small", "lone"),
    "glass": ("", "", "", "simple"),
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
    "dancer": (
        ("", "Tänzerin", "Tänzerin", "Tänzerinnen", "Tänzerinnen", "f"),
        ("", "Tänzerin", "Tänzerin", "Tänzerinnen", "Tänzerinnen", "f"),
        ("jung", "Tänzerin", "Tänzerin", "Tänzerinnen", "Tänzerinnen", "f"),
        ("", "Ballerina", "Ballerina", "Ballerinen", "Ballerinen", "f"),
        ("", "Balletttänzerin", "Balletttänzerin", "Balletttänzerinnen", "Balletttänzerinnen", "f"),
    ),
    "runner": (
        ("", "Läufer", "Läufer", "Läufer", "Läufern", "m"),
        ("", "Läufer", "Läufer", "Läufer", "Läufern", "m"),
        ("", "Jogger", "Jogger", "Jogger", "Joggern", "m"),
        ("", "Sportler", "Sportler", "Sportler", "Sportlern", "m"),
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
    "cat": (
        ("", "Katze", "Katze", "Katzen", "Katzen", "f"),
        ("", "Katze", "Katze", "Katzen", "Katzen", "f"),
        ("süß", "Katze", "Katze", "Katzen", "Katzen", "f"),
        ("", "Hauskatze", "Hauskatze", "Hauskatzen", "Hauskatzen", "f"),
        ("", "Kater", "Kater", "Kater", "Katern", "m"),
    ),
    "bird": (
        ("", "Vogel", "Vogel", "Vögel", "Vögeln", "m"),
        ("", "Vogel", "Vogel", "Vögel", "Vögeln", "m"),
        ("groß", "Vogel", "Vogel", "Vögel", "Vögeln", "m"),
        ("", "Möwe", "Möwe", "Möwen", "Möwen", "f"),
        ("", "Möwe", "Möwe", "Möwen", "Möwen", "f"),
        ("", "Krähe", "Krähe", "Krähen", "Krähen", "f"),
        ("", "Rabe", "Raben", "Raben", "Raben", "m"),
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
    "boat": (
        ("", "Boot", "Boot", "Boote", "Booten", "n"),
        ("", "Segelboot", "Segelboot", "Segelboote", "Segelbooten", "n"),
        ("", "Segelboot", "Segelboot", "Segelboote", "Segelbooten", "n"),
        ("klein", "Segelboot", "Segelboot", "Segelboote", "Segelbooten", "n"),
        ("klein", "Boot", "Boot", "Boote", "Booten", "n"),
        ("", "Segelschiff", "Segelschiff", "Segelschiffe", "Segelschiffen", "n"),
    ),
    "glass": (
        ("", "Glas", "Glas", "Gläser", "Gläsern", "n"),
        ("", "Glas", "Glas", "Gläser", "Gläsern", "n"),
        ("", "Trinkglas", "Trinkglas", "Trinkgläser", "Trinkgläsern", "n"),
        ("", "Wasserglas", "Wasserglas", "Wassergläser", "Wassergläsern", "n"),
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
    "dancer": ("in a {} dress", "wearing a {} dress", "in a flowing {} dress", "dressed in {}"),
    "runner": ("in a {} shirt", "wearing a {} shirt", "in a {} T-shirt", "with a {} shirt"),
}
CLOTHES_DE = {
    "woman": ("in einem {}en Kleid", "im {}en Kleid", "in {}em Kleid", "mit {}em Kleid"),
    "man": ("in einer {}en Jacke", "mit {}er Jacke", "in {}er Jacke"),
    "dancer": ("in einem {}en Kleid", "im {}en Kleid", "in {}em Kleid", "mit {}em Kleid"),
    "runner": ("in einem {}en Trikot", "im {}en Shirt", "mit {}em T-Shirt", "in {}em Hemd"),
}
#: The same as sentences of their own.
COLOR_SENTENCES_EN = {
    "woman": ("Her dress is {}.", "She wears a {} dress.", "The dress is {}."),
    "man": ("His jacket is {}.", "He wears a {} jacket.", "The jacket is {}."),
    "dancer": ("Her dress is {}.", "She wears a {} dress.", "The dress is {}."),
    "runner": ("The runner's shirt is {}.", "The shirt is {}."),
    "horse": ("The horse is {}.", "Its coat is {}."),
    "ball": ("The ball is {}.",),
    "car": ("The car is {}.", "Its paint is {}."),
    "cat": ("The cat is {}.", "Its fur is {}."),
    "bird": ("The bird is {}.", "Its feathers are {}."),
    "boat": ("The boat is {}.", "Its hull is {}."),
    "eye": ("The eye is {}.", "Its iris is {}."),
}
COLOR_SENTENCES_DE = {
    "woman": ("Ihr Kleid ist {}.", "Sie trägt ein {}es Kleid.", "Das Kleid ist {}."),
    "man": ("Seine Jacke ist {}.", "Er trägt eine {}e Jacke.", "Die Jacke ist {}."),
    "dancer": ("Ihr Kleid ist {}.", "Sie trägt ein {}es Kleid.", "Das Kleid ist {}."),
    "runner": ("Sein Trikot ist {}.", "Das Shirt ist {}."),
    "horse": ("Das Pferd ist {}.", "Sein Fell ist {}."),
    "ball": ("Der Ball ist {}.",),
    "car": ("Das Auto ist {}.", "Der Lack ist {}."),
    "cat": ("Die Katze ist {}.", "Das Fell der Katze ist {}."),
    "bird": ("Der Vogel ist {}.", "Sein Gefieder ist {}."),
    "boat": ("Das Boot ist {}.", "Der Rumpf ist {}."),
    "eye": ("Das Auge ist {}.", "Die Iris ist {}."),
}

#: The same of several.
COLOR_SENTENCES_OF_MANY = {
    "en": {
        "horse": ("The horses are {}.", "Their coats are {}."),
        "cat": ("The cats are {}.", "Their fur is {}."),
        "bird": ("The birds are {}.", "Their feathers are {}."),
    },
    "de": {
        "horse": ("Die Pferde sind {}.", "Ihr Fell ist {}."),
        "cat": ("Die Katzen sind {}.", "Ihr Fell ist {}."),
        "bird": ("Die Vögel sind {}.", "Ihr Gefieder ist {}."),
    },
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
    ("dancer", "dance"): (
        ("dances", "dance", "dancing"),
        ("dances", "dance", "dancing"),
        ("dances ballet", "dance ballet", "dancing ballet"),
    ),
    ("dancer", "turn"): (
        ("spins", "spin", "spinning"),
        ("turns", "turn", "turning"),
        ("twirls", "twirl", "twirling"),
        ("pirouettes", "pirouette", "pirouetting"),
        ("turns pirouettes", "turn pirouettes", "turning pirouettes"),
    ),
    ("dancer", "jump"): (
        ("jumps", "jump", "jumping"),
        ("leaps", "leap", "leaping"),
        ("leaps into the air", "leap into the air", "leaping into the air"),
    ),
    ("runner", "run"): (
        ("runs on a treadmill", "run on a treadmill", "running on a treadmill"),
        ("runs on a treadmill", "run on a treadmill", "running on a treadmill"),
        ("jogs on a treadmill", "jog on a treadmill", "jogging on a treadmill"),
        ("trains on a treadmill", "train on a treadmill", "training on a treadmill"),
    ),
    ("cat", "walk"): (
        ("walks", "walk", "walking"),
        ("walks", "walk", "walking"),
        ("strolls", "stroll", "strolling"),
        ("prowls", "prowl", "prowling"),
    ),
    ("cat", "run"): (
        ("runs", "run", "running"),
        ("runs", "run", "running"),
        ("dashes", "dash", "dashing"),
        ("races", "race", "racing"),
    ),
    ("cat", "stand"): (
        ("stands", "stand", "standing"),
        ("stands still", "stand still", "standing still"),
        ("waits", "wait", "waiting"),
    ),
    ("bird", "fly"): (
        ("flies", "fly", "flying"),
        ("flies", "fly", "flying"),
        ("glides", "glide", "gliding"),
        ("soars", "soar", "soaring"),
    ),
    ("boat", "sail"): (
        ("sails", "sail", "sailing"),
        ("sails", "sail", "sailing"),
        ("glides", "glide", "gliding"),
    ),
    ("glass", "fall"): (
        (
            "falls from the table and breaks",
            "fall from the table and break",
            "falling from the table and breaking",
        ),
        (
            "falls off the table and shatters",
            "fall off the table and shatter",
            "falling off the table and shattering",
        ),
        (
            "falls off a table and breaks",
            "fall off a table and break",
            "falling off a table and breaking",
        ),
        (
            "drops to the floor and shatters",
            "drop to the floor and shatter",
            "dropping to the floor and shattering",
        ),
        (
            "falls from a table and breaks into pieces",
            "fall from a table and break into pieces",
            "falling from a table and breaking into pieces",
        ),
    ),
    ("glass", "stand"): (
        ("stands on the table", "stand on the table", "standing on the table"),
        ("stands on a table", "stand on a table", "standing on a table"),
        ("sits on a table", "sit on a table", "sitting on a table"),
    ),
    ("eye", "look_right"): (
        ("looks", "look", "looking"),
        ("looks", "look", "looking"),
        ("glances", "glance", "glancing"),
    ),
}
VERBS_EN["eye", "look_left"] = VERBS_EN["eye", "look_right"]

#: (kind, action) -> German verbs as (singular, plural); the plural is the infinitive as well. What
#: follows the first word goes where the sentence wants it ("die sich dreht"), what follows "und"
#: to its end.
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
    ("dancer", "dance"): (
        ("tanzt", "tanzen"),
        ("tanzt", "tanzen"),
        ("tanzt Ballett", "tanzen Ballett"),
    ),
    ("dancer", "turn"): (
        ("dreht sich", "drehen sich"),
        ("dreht sich", "drehen sich"),
        ("dreht Pirouetten", "drehen Pirouetten"),
        ("dreht sich im Kreis", "drehen sich im Kreis"),
    ),
    ("dancer", "jump"): (
        ("springt", "springen"),
        ("springt", "springen"),
        ("springt in die Luft", "springen in die Luft"),
    ),
    ("runner", "run"): (
        ("läuft auf einem Laufband", "laufen auf einem Laufband"),
        ("läuft auf einem Laufband", "laufen auf einem Laufband"),
        ("rennt auf einem Laufband", "rennen auf einem Laufband"),
        ("joggt auf einem Laufband", "joggen auf einem Laufband"),
        ("trainiert auf einem Laufband", "trainieren auf einem Laufband"),
    ),
    ("cat", "walk"): (
        ("läuft", "laufen"),
        ("geht", "gehen"),
        ("schleicht", "schleichen"),
        ("spaziert", "spazieren"),
    ),
    ("cat", "run"): (("rennt", "rennen"), ("rennt", "rennen"), ("flitzt", "flitzen")),
    ("cat", "stand"): (("steht", "stehen"), ("steht", "stehen"), ("wartet", "warten")),
    ("bird", "fly"): (
        ("fliegt", "fliegen"),
        ("fliegt", "fliegen"),
        ("gleitet", "gleiten"),
        ("segelt", "segeln"),
    ),
    ("boat", "sail"): (
        ("segelt", "segeln"),
        ("segelt", "segeln"),
        ("fährt", "fahren"),
        ("gleitet", "gleiten"),
    ),
    ("glass", "fall"): (
        ("fällt vom Tisch und zerbricht", "fallen vom Tisch und zerbrechen"),
        ("fällt vom Tisch und zerbricht", "fallen vom Tisch und zerbrechen"),
        ("fällt von einem Tisch und zerspringt", "fallen von einem Tisch und zerspringen"),
        ("fällt vom Tisch und zersplittert", "fallen vom Tisch und zersplittern"),
        ("stürzt zu Boden und zerbricht", "stürzen zu Boden und zerbrechen"),
    ),
    ("glass", "stand"): (
        ("steht auf dem Tisch", "stehen auf dem Tisch"),
        ("steht auf einem Tisch", "stehen auf einem Tisch"),
    ),
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
        "dance": ("", "", "gracefully"),
        "turn": ("", "", "gracefully"),
        "jump": ("", "", "gracefully"),
        "fly": ("", "", "", "calmly"),
        "sail": ("", "", "", "calmly"),
    },
    "de": {
        "walk": ("", "", "", "gemächlich"),
        "run": ("", "", "", "schnell"),
        "play": ("", "", "fröhlich"),
        "stand": ("", "", "", "ruhig"),
        "bounce": ("", "auf und ab"),
        "dance": ("", "", "anmutig"),
        "turn": ("", "", "anmutig"),
        "jump": ("", "", "anmutig"),
        "fly": ("", "", "", "ruhig"),
        "sail": ("", "", "", "ruhig"),
    },
}

#: Actions that cross a place; the others stay in it.
MOVING = ("walk", "run", "drive", "roll", "fly")

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
        "mountains": (
            "in the mountains",
            "in the mountains",
            "in the Alps",
            "high up in the mountains",
            "among snow-capped peaks",
            "in front of snow-capped mountains",
        ),
        "desert": (
            "in the desert",
            "in the desert",
            "in a sandy desert",
            "among sand dunes",
            "in the dunes of the Sahara",
            "in a desert of sand dunes",
        ),
        "river": (
            "by the river",
            "on the quay of a river",
            "on a stone quay by the river",
            "by a river in an old town",
            "on the riverbank in an old city with a cathedral",
            "by the river in front of a cathedral",
        ),
        "room": (
            "in the living room",
            "in a living room",
            "in a living room",
            "in a room",
            "in a cosy living room",
            "indoors in a living room",
        ),
        "stage": (
            "on stage",
            "on a stage",
            "on a theatre stage",
            "on the stage of a theatre",
            "on a stage with red curtains",
            "in a theatre in front of red curtains",
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
        "mountains": (
            "in den Bergen",
            "in den Bergen",
            "in den Alpen",
            "im Gebirge",
            "im Hochgebirge",
            "in einer Berglandschaft mit verschneiten Gipfeln",
        ),
        "desert": (
            "in der Wüste",
            "in der Wüste",
            "in einer Wüste",
            "in einer Sandwüste",
            "zwischen Sanddünen",
            "in den Dünen der Sahara",
        ),
        "river": (
            "am Fluss",
            "am Flussufer",
            "an einem Fluss in einer alten Stadt",
            "auf dem Kai am Fluss",
            "am Ufer eines Flusses in einer Altstadt",
            "am Fluss vor einer Kathedrale",
        ),
        "room": (
            "im Wohnzimmer",
            "im Wohnzimmer",
            "in einem Wohnzimmer",
            "in einem Zimmer",
            "in einem gemütlichen Wohnzimmer",
        ),
        "stage": (
            "auf der Bühne",
            "auf einer Bühne",
            "auf einer Theaterbühne",
            "auf der Bühne eines Theaters",
            "auf einer Bühne mit roten Vorhängen",
            "im Theater vor roten Vorhängen",
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
        "mountains": (
            "through the mountains",
            "through the mountains",
            "through the Alps",
            "across a mountain landscape with snow-capped peaks",
        ),
        "desert": (
            "through the desert",
            "across the desert",
            "across sand dunes",
            "through a sandy desert",
            "through the dunes of the Sahara",
        ),
        "river": (
            "along the river",
            "along a river in an old town",
            "along the quay",
            "along a stone quay by the river",
            "along the riverbank in an old city with a cathedral",
        ),
        "room": (
            "through the living room",
            "across a living room",
            "through a room",
            "through a cosy living room",
        ),
        "stage": (
            "across the stage",
            "across a stage",
            "across a theatre stage",
            "across a stage with red curtains",
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
        "mountains": (
            "durch die Berge",
            "durch die Berge",
            "durch die Alpen",
            "durch das Gebirge",
            "durch eine Berglandschaft mit verschneiten Gipfeln",
        ),
        "desert": (
            "durch die Wüste",
            "durch die Wüste",
            "durch eine Sandwüste",
            "über Sanddünen",
            "durch die Dünen der Sahara",
        ),
        "river": (
            "über den Kai am Fluss",
            "über die Uferpromenade",
            "über einen Kai in einer alten Stadt",
            "über den Kai vor einer Kathedrale",
        ),
        "room": (
            "durch das Wohnzimmer",
            "durch ein Wohnzimmer",
            "durch ein Zimmer",
            "durch ein gemütliches Wohnzimmer",
        ),
        "stage": (
            "über die Bühne",
            "über eine Bühne",
            "über eine Theaterbühne",
            "über eine Bühne mit roten Vorhängen",
        ),
        "face": (),
    },
}

#: Place -> where a bird is, who does not stand on it.
ABOVE = {
    "en": {
        "street": (
            "above a neon street",
            "over a neon-lit city street",
            "above a wet city street full of neon signs",
        ),
        "snow": ("over the snow", "above a snowy field", "over a snowfield"),
        "cliffs": (
            "above rugged sea cliffs",
            "over the cliffs by the sea",
            "above a rocky coast",
        ),
        "mars": ("over Mars", "above the surface of Mars", "over the red desert of Mars"),
        "beach": ("over the beach", "above a beach", "above a sandy beach by the sea"),
        "forest": ("over the forest", "above a forest", "in a forest"),
        "meadow": (
            "over a green meadow",
            "above a meadow",
            "over a green meadow with mountains behind",
        ),
        "mountains": (
            "over the mountains",
            "in the mountains",
            "above the Alps",
            "in front of snow-capped peaks",
        ),
        "desert": ("over the desert", "above sand dunes", "over a sandy desert"),
        "river": (
            "over the river",
            "above a river in an old town",
            "over a river by a cathedral",
        ),
        "stage": ("above a stage", "over a theatre stage", "above a stage with red curtains"),
    },
    "de": {
        "street": (
            "über einer Neonstraße",
            "über einer nassen Neonstraße",
            "über einer Straße voller Neonlichter",
        ),
        "snow": ("über dem Schnee", "über einem verschneiten Feld", "über einem Schneefeld"),
        "cliffs": (
            "über schroffen Klippen am Meer",
            "über einer felsigen Küste",
            "über einer Steilküste",
        ),
        "mars": (
            "über dem Mars",
            "über der Oberfläche des Mars",
            "über der roten Wüste des Mars",
        ),
        "beach": ("über dem Strand", "über einem Strand", "über einem Sandstrand"),
        "forest": ("über dem Wald", "über einem Wald", "in einem Wald"),
        "meadow": ("über einer grünen Wiese", "über einer Wiese", "über einer Bergwiese"),
        "mountains": (
            "über den Bergen",
            "in den Bergen",
            "über den Alpen",
            "vor verschneiten Gipfeln",
        ),
        "desert": ("über der Wüste", "über Sanddünen", "über einer Sandwüste"),
        "river": (
            "über dem Fluss",
            "über einem Fluss in einer alten Stadt",
            "über einem Fluss vor einer Kathedrale",
        ),
        "stage": (
            "über der Bühne",
            "über einer Theaterbühne",
            "über einer Bühne mit roten Vorhängen",
        ),
    },
}

#: Place -> where a boat is.
AFLOAT = {
    "en": {
        "beach": (
            "on the sea",
            "on the sea off a beach",
            "on the waves off a sandy beach",
            "on the sea near the beach",
        ),
        "river": (
            "on the river",
            "on a river",
            "on a river through an old city",
            "on the river in front of a cathedral",
            "on a river in an old town",
        ),
    },
    "de": {
        "beach": (
            "auf dem Meer",
            "auf dem Meer vor einem Strand",
            "auf den Wellen vor einem Sandstrand",
            "auf dem Meer vor dem Strand",
        ),
        "river": (
            "auf dem Fluss",
            "auf einem Fluss",
            "auf einem Fluss durch eine alte Stadt",
            "auf dem Fluss vor einer Kathedrale",
            "auf einem Fluss in einer Altstadt",
        ),
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
    "mountains": (
        "the mountains",
        "snow-capped mountains",
        "a mountain landscape",
        "the Alps",
        "snow-capped peaks above rocky grass",
    ),
    "desert": (
        "a desert",
        "a sandy desert",
        "a desert of sand dunes",
        "sand dunes",
        "the dunes of the Sahara",
    ),
    "river": (
        "a river in an old town",
        "a river through an old city with a cathedral",
        "a river by a cathedral",
        "a stone quay by the river",
        "an old riverside town",
    ),
    "room": (
        "a living room",
        "an empty living room",
        "a cosy living room",
        "the inside of a living room",
    ),
    "stage": (
        "a theatre stage",
        "an empty stage",
        "a stage with red curtains",
        "a stage with red curtains and spotlights",
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
    "mountains": (
        ("verschneite Berge", "verschneite Berge", "verschneiten Bergen"),
        ("eine Berglandschaft", "eine Berglandschaft", "einer Berglandschaft"),
        ("die Alpen", "die Alpen", "den Alpen"),
        (
            "ein Gebirge mit verschneiten Gipfeln",
            "ein Gebirge mit verschneiten Gipfeln",
            "einem Gebirge mit verschneiten Gipfeln",
        ),
    ),
    "desert": (
        ("eine Wüste", "eine Wüste", "einer Wüste"),
        ("eine Sandwüste", "eine Sandwüste", "einer Sandwüste"),
        (
            "eine Wüste mit Sanddünen",
            "eine Wüste mit Sanddünen",
            "einer Wüste mit Sanddünen",
        ),
        ("hohe Sanddünen", "hohe Sanddünen", "hohen Sanddünen"),
    ),
    "river": (
        (
            "ein Fluss in einer alten Stadt",
            "einen Fluss in einer alten Stadt",
            "einem Fluss in einer alten Stadt",
        ),
        (
            "ein Fluss vor einer Kathedrale",
            "einen Fluss vor einer Kathedrale",
            "einem Fluss vor einer Kathedrale",
        ),
        ("eine Altstadt am Fluss", "eine Altstadt am Fluss", "einer Altstadt am Fluss"),
        ("ein Kai am Fluss", "einen Kai am Fluss", "einem Kai am Fluss"),
    ),
    "room": (
        ("ein Wohnzimmer", "ein Wohnzimmer", "einem Wohnzimmer"),
        ("ein leeres Wohnzimmer", "ein leeres Wohnzimmer", "einem leeren Wohnzimmer"),
        (
            "ein gemütliches Wohnzimmer",
            "ein gemütliches Wohnzimmer",
            "einem gemütlichen Wohnzimmer",
        ),
    ),
    "stage": (
        ("eine Theaterbühne", "eine Theaterbühne", "einer Theaterbühne"),
        ("eine leere Bühne", "eine leere Bühne", "einer leeren Bühne"),
        (
            "eine Bühne mit roten Vorhängen",
            "eine Bühne mit roten Vorhängen",
            "einer Bühne mit roten Vorhängen",
        ),
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
            "dusk": (
                "at dusk",
                "at dusk",
                "at twilight",
                "in the blue hour",
                "in blue twilight",
            ),
            "night": ("at night", "at night", "by night", "in the dark of night"),
            "overcast": (
                "on an overcast day",
                "under an overcast sky",
                "under a cloudy sky",
                "on a grey day",
            ),
        },
        "light room": {
            "noon": (
                "in bright daylight",
                "in bright daylight through the window",
                "by day",
            ),
            "sunset": (
                "at sunset",
                "in golden evening light",
                "in golden light through the window",
            ),
            "dusk": ("at dusk", "in blue twilight", "in the blue hour"),
            "night": (
                "at night",
                "by lamplight",
                "at night by lamplight",
                "in the evening by lamplight",
                "in warm lamplight",
            ),
            "overcast": (
                "on a grey day",
                "in soft daylight",
                "in soft grey light through the window",
            ),
        },
        "light stage": {
            "noon": ("in bright stage light", "under bright stage lights", "in bright light"),
            "sunset": (
                "in warm golden light",
                "in golden stage light",
                "under warm golden lights",
            ),
            "dusk": ("in blue light", "in blue twilight", "under blue stage lights"),
            "night": (
                "in the dark under a spotlight",
                "in the dark",
                "under a single spotlight in the dark",
            ),
            "overcast": ("in soft even light", "in soft light", "under soft even light"),
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
            "fantasy": (
                "in fantasy style",
                "in a magical fantasy world",
                "as a magical fantasy",
            ),
            "pencil": ("as a pencil drawing", "drawn in pencil"),
            "noir": ("in black and white", "in black and white"),
        },
        "tempo": {"slow": ("in slow motion", "in slow motion", "in extreme slow motion")},
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
            "dusk": (
                "in der Dämmerung",
                "in der Dämmerung",
                "zur blauen Stunde",
                "in der Abenddämmerung",
                "im blauen Dämmerlicht",
            ),
            "night": ("nachts", "nachts", "bei Nacht", "in der Nacht"),
            "overcast": (
                "bei bedecktem Himmel",
                "unter bewölktem Himmel",
                "an einem grauen Tag",
                "an einem trüben Tag",
            ),
        },
        "light room": {
            "noon": (
                "bei hellem Tageslicht",
                "im hellen Tageslicht am Fenster",
                "am hellen Tag",
            ),
            "sunset": (
                "bei Sonnenuntergang",
                "im goldenen Abendlicht",
                "im goldenen Licht am Fenster",
            ),
            "dusk": ("in der Dämmerung", "zur blauen Stunde", "im blauen Dämmerlicht"),
            "night": (
                "nachts",
                "bei Lampenlicht",
                "abends bei Lampenlicht",
                "nachts bei Lampenlicht",
                "im warmen Lampenlicht",
            ),
            "overcast": (
                "an einem grauen Tag",
                "bei weichem Tageslicht",
                "im weichen grauen Licht am Fenster",
            ),
        },
        "light stage": {
            "noon": ("in hellem Bühnenlicht", "bei hellem Licht", "unter hellen Scheinwerfern"),
            "sunset": (
                "in warmem goldenem Licht",
                "in goldenem Bühnenlicht",
                "unter warmen goldenen Lichtern",
            ),
            "dusk": ("in blauem Licht", "im blauen Dämmerlicht", "in blauem Bühnenlicht"),
            "night": (
                "im Dunkeln unter einem Scheinwerfer",
                "im Dunkeln",
                "im Licht eines einzelnen Scheinwerfers im Dunkeln",
            ),
            "overcast": (
                "in weichem Licht",
                "in weichem, gleichmäßigem Licht",
                "bei gleichmäßigem Licht",
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
            "fantasy": (
                "im Fantasy-Stil",
                "in einer magischen Fantasiewelt",
                "als magische Fantasie",
            ),
            "pencil": ("als Bleistiftzeichnung", "mit Bleistift gezeichnet"),
            "noir": ("in Schwarzweiß", "in Schwarz-Weiß"),
        },
        "tempo": {"slow": ("in Zeitlupe", "in Zeitlupe", "in extremer Zeitlupe")},
    },
}

# --- Frames: what can stand before the thing shown ------------------------------------------------

#: Camera, style or tempo -> openings that take the thing shown as their object.
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
        "fantasy": (
            "A magical fantasy scene of",
            "A fantasy film of",
            "A dreamlike fantasy scene of",
        ),
        "pencil": ("A pencil drawing of", "A pencil sketch of"),
        "noir": ("Black and white film of", "A black-and-white film of", "Black and white shot of"),
    },
    "tempo": {
        "slow": (
            "A slow-motion shot of",
            "Slow motion of",
            "A slow-motion video of",
        )
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
        "fantasy": (
            ("Magische Fantasy-Szene mit", "dat"),
            ("Ein Fantasyfilm mit", "dat"),
            ("Verzauberte Aufnahme von", "dat"),
        ),
        "pencil": (("Bleistiftzeichnung von", "dat"), ("Eine Bleistiftskizze von", "dat")),
        "noir": (("Schwarzweißfilm mit", "dat"), ("Schwarz-Weiß-Aufnahme von", "dat")),
    },
    "tempo": {
        "slow": (
            ("Zeitlupe von", "dat"),
            ("Zeitlupenaufnahme von", "dat"),
            ("Eine Zeitlupe zeigt", "acc"),
        )
    },
}
#: Openings before a whole German sentence.
LEADS_DE: dict[str, tuple[str, ...]] = {
    "photo": ("Fotorealistisches Video:",),
    "anime": ("Anime:", "Anime-Szene:"),
    "fantasy": ("Fantasyfilm:", "Magische Fantasy-Szene:"),
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
            "mountains": ("mountains", "snow-capped mountains", "Alps"),
            "desert": ("desert", "sand dunes"),
            "river": ("river in an old town", "riverside quay", "river and cathedral"),
            "room": ("living room", "indoors"),
            "stage": ("theatre stage", "stage with red curtains"),
        },
        "light": {
            "noon": ("noon", "midday", "bright daylight"),
            "sunset": ("sunset", "golden hour"),
            "dusk": ("dusk", "twilight", "blue hour"),
            "night": ("night",),
            "overcast": ("overcast", "cloudy sky"),
        },
        "light room": {
            "noon": ("bright daylight", "daylight through the window"),
            "sunset": ("sunset", "golden light through the window"),
            "dusk": ("dusk", "blue twilight"),
            "night": ("night", "warm lamplight", "evening lamplight"),
            "overcast": ("soft grey daylight", "grey day"),
        },
        "light stage": {
            "noon": ("bright stage lights", "bright light"),
            "sunset": ("warm golden light", "golden stage light"),
            "dusk": ("blue light", "blue twilight"),
            "night": ("dark with a spotlight", "spotlight in the dark"),
            "overcast": ("soft even light", "soft light"),
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
            "fantasy": ("fantasy", "magical fantasy style", "magical glow"),
            "pencil": ("pencil drawing", "pencil sketch"),
            "noir": ("black and white", "black and white film"),
        },
        "tempo": {"slow": ("slow motion", "slow-motion shot")},
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
            "mountains": ("Berge", "verschneite Berge", "Alpen", "Gebirge"),
            "desert": ("Wüste", "Sanddünen", "Sandwüste"),
            "river": ("Fluss in einer Altstadt", "Kai am Fluss", "Fluss und Kathedrale"),
            "room": ("Wohnzimmer", "Zimmer"),
            "stage": ("Theaterbühne", "Bühne mit roten Vorhängen"),
        },
        "light": {
            "noon": ("Mittag", "helles Tageslicht"),
            "sunset": ("Sonnenuntergang", "goldenes Abendlicht"),
            "dusk": ("Dämmerung", "blaue Stunde", "blaues Dämmerlicht"),
            "night": ("Nacht",),
            "overcast": ("bedeckter Himmel", "bewölkt"),
        },
        "light room": {
            "noon": ("helles Tageslicht", "Tageslicht am Fenster"),
            "sunset": ("Sonnenuntergang", "goldenes Abendlicht"),
            "dusk": ("Dämmerung", "blaue Stunde"),
            "night": ("Nacht", "warmes Lampenlicht", "abendliches Lampenlicht"),
            "overcast": ("weiches Tageslicht", "grauer Tag"),
        },
        "light stage": {
            "noon": ("helles Bühnenlicht", "helles Licht"),
            "sunset": ("warmes goldenes Licht", "goldenes Bühnenlicht"),
            "dusk": ("blaues Licht", "blaues Dämmerlicht"),
            "night": ("dunkel mit einem Scheinwerfer", "Scheinwerfer im Dunkeln"),
            "overcast": ("weiches Licht", "weiches, gleichmäßiges Licht"),
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
            "fantasy": ("Fantasy", "Fantasy-Stil", "magisches Leuchten"),
            "pencil": ("Bleistiftzeichnung",),
            "noir": ("schwarzweiß", "Schwarzweißfilm"),
        },
        "tempo": {"slow": ("Zeitlupe", "in Zeitlupe")},
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
            "mountains": (
                "Snow-capped mountains.",
                "The place is a landscape of high mountains.",
                "Snow-capped peaks rise behind.",
            ),
            "desert": (
                "A sandy desert.",
                "The place is a desert of sand dunes.",
                "Sand dunes all around.",
            ),
            "river": (
                "A river in an old town.",
                "The place is the quay of a river.",
                "A cathedral rises above the river.",
            ),
            "room": ("A living room.", "The place is a living room.", "Indoors."),
            "stage": (
                "A theatre stage.",
                "The place is a theatre stage.",
                "Red curtains frame the stage.",
            ),
        },
        "light": {
            "noon": ("Bright midday light.", "It is noon.", "Bright daylight."),
            "sunset": ("Golden sunset light.", "The sun is setting.", "Warm light of sunset."),
            "dusk": ("Blue twilight.", "It is dusk.", "The blue hour."),
            "night": ("It is night.", "Night.", "A dark night."),
            "overcast": ("Overcast sky.", "The sky is overcast.", "Soft light under grey clouds."),
        },
        "light room": {
            "noon": ("Bright daylight.", "Bright daylight falls through the window."),
            "sunset": (
                "Golden evening light falls through the window.",
                "The sun is setting.",
            ),
            "dusk": ("It is dusk.", "Blue twilight fills the room."),
            "night": ("It is night.", "Lamplight in the evening.", "Warm lamplight."),
            "overcast": ("Soft grey daylight.", "Soft daylight falls through the window."),
        },
        "light stage": {
            "noon": ("Bright stage lights.", "The stage is brightly lit."),
            "sunset": ("Warm golden light.", "The stage lights are warm and golden."),
            "dusk": ("Blue twilight.", "Blue light fills the stage."),
            "night": ("A spotlight in the dark.", "The stage is dark but for a spotlight."),
            "overcast": ("Soft even light.", "Soft light fills the stage."),
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
            "fantasy": (
                "Fantasy style.",
                "Magical lights float in the air.",
                "Everything glows as if by magic.",
                "A magical fantasy world.",
            ),
            "pencil": ("Pencil drawing.", "Pencil sketch.", "Drawn in pencil."),
            "noir": ("Black and white film.", "Black and white.", "Shot in black and white."),
        },
        "tempo": {
            "slow": (
                "Slow motion.",
                "Shown in slow motion.",
                "Everything happens in slow motion.",
            )
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
            "mountains": (
                "Verschneite Berge.",
                "Der Ort ist eine Berglandschaft.",
                "Dahinter ragen verschneite Gipfel auf.",
            ),
            "desert": (
                "Eine Sandwüste.",
                "Der Ort ist eine Wüste voller Sanddünen.",
                "Ringsum Sanddünen.",
            ),
            "river": (
                "Ein Fluss in einer alten Stadt.",
                "Der Ort ist ein Kai am Fluss.",
                "Eine Kathedrale erhebt sich über dem Fluss.",
            ),
            "room": ("Ein Wohnzimmer.", "Der Ort ist ein Wohnzimmer.", "Drinnen im Zimmer."),
            "stage": (
                "Eine Theaterbühne.",
                "Der Ort ist eine Theaterbühne.",
                "Rote Vorhänge rahmen die Bühne.",
            ),
        },
        "light": {
            "noon": ("Helles Mittagslicht.", "Es ist Mittag.", "Helles Tageslicht."),
            "sunset": (
                "Goldenes Licht des Sonnenuntergangs.",
                "Die Sonne geht unter.",
                "Warmes Abendlicht.",
            ),
            "dusk": ("Blaues Dämmerlicht.", "Es dämmert.", "Die blaue Stunde."),
            "night": ("Es ist Nacht.", "Nacht.", "Eine dunkle Nacht."),
            "overcast": (
                "Bedeckter Himmel.",
                "Der Himmel ist bedeckt.",
                "Weiches Licht unter grauen Wolken.",
            ),
        },
        "light room": {
            "noon": ("Helles Tageslicht.", "Helles Tageslicht fällt durch das Fenster."),
            "sunset": (
                "Goldenes Abendlicht fällt durch das Fenster.",
                "Die Sonne geht unter.",
            ),
            "dusk": ("Es dämmert.", "Blaues Dämmerlicht erfüllt den Raum."),
            "night": ("Es ist Nacht.", "Abendliches Lampenlicht.", "Warmes Lampenlicht."),
            "overcast": (
                "Weiches graues Tageslicht.",
                "Weiches Tageslicht fällt durch das Fenster.",
            ),
        },
        "light stage": {
            "noon": ("Helles Bühnenlicht.", "Die Bühne ist hell erleuchtet."),
            "sunset": ("Warmes goldenes Licht.", "Das Bühnenlicht ist warm und golden."),
            "dusk": ("Blaues Dämmerlicht.", "Blaues Licht erfüllt die Bühne."),
            "night": (
                "Ein Scheinwerfer im Dunkeln.",
                "Die Bühne ist dunkel bis auf einen Scheinwerfer.",
            ),
            "overcast": ("Weiches Licht.", "Weiches, gleichmäßiges Licht."),
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
            "fantasy": (
                "Fantasy-Stil.",
                "Magische Lichter schweben in der Luft.",
                "Alles leuchtet wie verzaubert.",
                "Eine magische Fantasiewelt.",
            ),
            "pencil": ("Bleistiftzeichnung.", "Bleistiftskizze.", "Mit Bleistift gezeichnet."),
            "noir": ("Schwarzweißfilm.", "In Schwarzweiß gedreht.", "Schwarz-Weiß."),
        },
        "tempo": {"slow": ("Zeitlupe.", "In Zeitlupe gezeigt.", "Alles geschieht in Zeitlupe.")},
    },
}
