"""What lies near the vocabulary: a queen is no word of the rendered world, but a woman is.

The lexicon reads only what is surely meant. Words beyond it, whose nearest value is plain, are kept
here; nobody claims that a poodle is a golden retriever, but it is drawn better as one than as
nothing. Data and one function.
"""

# The expressions are read more easily on long lines than cut in pieces.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from lichtspiel.prompt.lexicon import COLOR_WORDS
from lichtspiel.prompt.words import negated
from lichtspiel.world.scene import COLORS

#: language -> attribute -> value -> words; the first attribute value that is found wins.
KIN: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "subject": {
            "astronaut": r"space ?(?:farer|walker|traveller|traveler|pilot|cadet)s?|moon ?walkers?|(?:man|woman|person|figure|someone) in a space ?suit",
            "puppies": r"canines?|pooch(?:es)?|mutts?|mongrels?|dachshunds?|(?:german )?shepherd dogs?|german shepherds?|dalmatians?|chihuahuas?|pugs?|bulldogs?|dobermans?|collies?|setters?|whippets?|greyhounds?|samoyeds?|shibas?(?: inus?)?|akitas?|labs?|labradoodles?|goldens?",
            "horse": r"mares?|fillies|filly|foals?|colts?|ponies|pony|steeds?|mustangs?|geldings?|broncos?|unicorns?|zebras?|donkeys?|mules?",
            "bear": r"bear cubs?|cubs?|polar bears?|pandas?|kodiaks?|black bears?",
            "car": r"taxis?|taxicabs?|cabs?|trucks?|lorr(?:y|ies)|bus(?:es)?|vans?|minivans?|jeeps?|vehicles?|pick-?ups?|race ?cars?|hatchbacks?|convertibles?|roadsters?|hot ?rods?|ambulances?|station wagons?|coupes?|coupés?|motorcars?|cabriolets?|campers?",
            "ball": r"footballs?|soccer ?balls?|basketballs?|beach ?balls?|tennis balls?|volleyballs?|baseballs?|spheres?|globes?|marbles?|orbs?|balloons?|bowling balls?",
            "eye": r"iris|pupil|eyeballs?|eyelash(?:es)?",
            "cat": r"siamese|persian cat|calico|moggy|moggies|felines?|lynx(?:es)?|pumas?|panthers?|lions?|lioness(?:es)?|leopards?|cheetahs?",
            "bird": r"eagles?|hawks?|falcons?|vultures?|pigeons?|doves?|parrots?|owls?|sparrows?|swallows?|storks?|cranes?|goose|geese|swans?|ducks?|albatross(?:es)?|pelicans?|magpies?|robins?|herons?|cockatoos?|ospreys?",
            "boat": r"ships?|ferry|ferries|canoes?|kayaks?|gondolas?|barges?|rafts?|vessels?|schooners?|brigs?|regattas?|windsurfers?|frigates?|galleons?",
            "glass": r"goblets?|tumblers?|vases?|mugs?|cups?|carafes?|champagne flutes?",
            "dancer": r"ballets?|pirouettes?|tutus?|prima donna",
            "woman": r"girls?|mothers?|mom|mum|grandmothers?|grandma|granny|daughters?|sisters?|aunt|wife|queens?|princess(?:es)?|actress(?:es)?|brides?|nurses?|waitress(?:es)?|maidens?|witch(?:es)?|she|her|heroine|female",
            "man": r"boys?|lads?|chaps?|fellows?|fathers?|dad|grandfathers?|grandpa|sons?|brothers?|uncle|husband|kings?|princes?|actors?|grooms?|waiters?|cowboys?|monks?|wizards?|knights?|samurai|soldiers?|fisherm[ae]n|farmers?|hikers?|wanderers?|travell?ers?|tourists?|joggers?|runners?|skiers?|surfers?|pedestrians?|passers?-?by|commuters?|workers?|detectives?|heroes|hero|teachers?|doctors?|students?|teenagers?|teens?|kids?|child(?:ren)?|persons?|people|humans?|somebody|someone|figures?|strangers?|he|him|male|sailors?|explorers?|photographers?|skaters?",
        },
        "place": {
            "mars": r"red (?:planet|dust)|alien (?:planet|world|landscape)|on the moon|lunar|other planet|planets?|craters?",
            "desert": r"canyons?|oas(?:is|es)|arid|wasteland|outback|badlands|mesas?|arabian?",
            "mountains": r"mountainous|alpine|alps|glacier valley|highlands?|pass road|ridges?|mont blanc|snowy heights|mountain\w*|peaks?|summits?|climbing route",
            "river": r"canals?|creeks?|streams?|brooks?|riverboats?|bridges?|church(?:es)?|basilica|abbey|minster|paris|prague|cologne|venice|florence|amsterdam|dresden|riverfront|waterway",
            "room": r"bedrooms?|apartments?|flat|hotel rooms?|study|sofas?|couch|armchairs?|carpets?|rugs?|fireplaces?|cushions?|bookshel(?:f|ves)|dining rooms?|house|home|window ?sill|den|indoor",
            "stage": r"ballets?|operas?|concerts?|curtains?|spotlights?|audience|musical|cabaret|auditorium|footlights?|performance|la scala",
            "cliffs": r"crags?|fjords?|bluffs?|headlands?|promontor(?:y|ies)|precipices?|lighthouses?|rocky (?:\w+ )?(?:coasts?|shores?|outcrops?)|steep coast\w*|rocks|surf|breakers",
            "snow": r"tundra|arctic|antarctica?|glaciers?|ice(?: field)?|icy|frozen|ski (?:slopes?|resorts?|pistes?)|slopes?|winter\w*|wintry|snow\w*|siberia|lapland|north pole|frost\w*|white landscape",
            "forest": r"jungles?|taiga|groves?|trees?|pines?|firs?|spruces?|birch(?:es)?|oaks?|redwoods?|undergrowth|thickets?|copse|glade|wood",
            "beach": r"coasts?|shores?|shorelines?|oceans?|oceanfront|sea|seafront|bay|lagoons?|islands?|coves?|lakesides?|lakeshore|lakes?|promenades?|waterfront|waterside|boardwalk|waves|tides?|sand|sands|sandy|dunes by the sea|water's edge|malibu|hawaii|caribbean|mediterranean|seacoast",
            "street": r"city|cities|downtown|town|road|roads|roadside|highways?|lanes?|plazas?|squares?|markets?|metropolis|skyscrapers?|traffic|asphalt|pavements?|kerb|curb|corner|crossings?|crossroads|intersections?|shop windows?|shops|bars?|nightclubs?|nightlife|chinatown|new york|manhattan|times square|hong kong|seoul|osaka|london|berlin|las vegas|broadway|cyberpunk|puddles?",
            "meadow": r"fields?|prairies?|savannah?s?|parks?|gardens?|lawns?|countryside|hills?|hillsides?|farms?|farmland|valleys?|steppes?|grass(?:es)?|clover|wildflowers?|flowers|dandelions?|dais(?:y|ies)|paddocks?|ranch|heath|glen|plains?",
        },
        "light": {
            "sunset": r"daybreak|sunrise|sun ?up|first light|early morning|nightfall approaches|late afternoon|last light|glow(?:ing)? horizon|amber light|orange (?:sky|light|glow)|golden (?:sky|sun|glow)|sun (?:\w+ )?(?:drops|dips|sinking|low)|alpenglow",
            "dusk": r"dawn|nightfall|half-?light|crepuscular|before sunrise|after sunset|dusky|evening blue",
            "night": r"dark|darkness|stars|starlight|starlit|moon|nighttime|nightlife|late at night|pitch black|street ?lamps?|lanterns?",
            "overcast": r"grey|gray|gloom|drab|murky|leaden|clouds|cloud cover|rainy day|dreary|flat light|bleak",
            "noon": r"sun|sunlit|sun-drenched|sun-kissed|blazing|midsummer|summer(?:'s)?(?: day)?|morning|afternoon|hot day|cloudless|blue sky|lunchtime|heat",
        },
        "weather": {
            "rain": r"storms?|stormy|wet day|showers?|drenched|soaking|umbrellas?|pouring|monsoon|cloudburst|thunder\w*",
            "snowfall": r"flakes|flurr(?:y|ies)|sleet|powder",
            "fog": r"smok(?:e|y)|vapou?r|steam(?:y)?|veil(?:ed)?|murk|smog|dust(?:y)?",
        },
        "style": {
            "anime": r"cartoons?|cartoonish|comics?|comic[- ]strip|animated|animation|toon|ghibli\w*|miyazaki|cel[- ]shaded|japanese drawing|graphic novel",
            "fantasy": r"wizardry|spellbound|spells?|elves|elven|fairies|fairy|wonderland|dreamy|dream(?:like|world)|surreal|auroras?|northern lights|glowing orbs?|enchanting|sorcery|mythical|ethereal|otherworldly|sparkling magic|pixie dust",
            "pencil": r"drawing|drawn|draft|hatch(?:ed|ing)|crayons?|charcoal|ink|line[- ]art|doodles?|illustrations?|etching|scribbled?|hand[- ]drawn|sketchbook|sketch(?:ed|es|y)?|chalk",
            "noir": r"silent (?:film|movie)s?|old (?:film|movie)s?|vintage (?:film|movie)|black[- ]white|no colou?rs?|colou?rless|without colou?r|shades of gr[ae]y|1920s|1940s|hitchcock|chiaroscuro|silver screen|sepia|desaturated",
        },
    },
    "de": {
        "subject": {
            "astronaut": r"(?:weltraum|raum)(?:fahrer|reisende|spaziergänger|pilot)\w*|mondfahrer\w*|(?:mensch|mann|frau|gestalt|jemand)\w* im raumanzug",
            "puppies": r"dackel\w*|pudel\w*|schäferhund\w*|möps\w*|mops|bulldogge\w*|dogge\w*|dalmatiner\w*|kläffer\w*|köter\w*|vierbeiner\w*|fellnasen?|collies?|windhund\w*|mischling\w*|\w+hund(?:e|en|es)?|\w+welpen?|wauwaus?|jungtiere?|goldies?",
            "horse": r"gäule?|gaul|rösser\w*|ross|fohlen|wallach\w*|stute\w*|mustangs?|füllen|einhorn\w*|einhörner\w*|zebras?|esel\w*|haflinger\w*|araber\w*|\w+pferd(?:e|en|es)?",
            "bear": r"bärenjunge\w*|bärenkind\w*|eisbär\w*|pandas?|schwarzbär\w*|petz|\w+bär(?:en|in)?",
            "car": r"taxis?|lastwagen|laster\w*|lkws?|bus|busse\w*|lieferwagen|transporter\w*|jeeps?|geländewagen|fahrzeug\w*|flitzer\w*|rennauto\w*|kombis?|cabriolets?|kabrios?|oldtimer\w*|\w+wagen|\w+autos?|kfz|polizeiauto\w*",
            "ball": r"fußb(?:all|älle)\w*|basketb(?:all|älle)\w*|tennisb(?:all|älle)\w*|volleyb(?:all|älle)\w*|kugeln?|globus|murmeln?|luftballons?|ballons?|\w+ball",
            "eye": r"iris|pupillen?|augapfel\w*|wimpern?|\w*auge",
            "cat": r"miezekatze\w*|\w+katzen?|\w+kätzchen|\w+kater|luchse?|pumas?|panther\w*|löwen?|löwin\w*|leopard\w*|gepard\w*",
            "bird": r"adler\w*|falken?|habichte?|bussarde?|geier\w*|tauben?|papagei\w*|eulen?|spatz\w*|spatzen|schwalben?|störche?|storch|kranich\w*|gänse|gans|schwäne?|schwan|enten?|albatros\w*|pelikan\w*|elstern?|reiher\w*|amseln?|\w+vogel\w*|\w+vögel\w*",
            "boat": r"schiffe?\w*|fähren?|kanus?|kajaks?|gondeln?|lastkahn|kahn|kähne|floß|flöße|jollen?|dampfer\w*|kutter\w*|\w+boote?\w*|\w+schiffe?\w*|regatta\w*",
            "glass": r"kelche?|vasen?|tassen?|becher\w*|karaffen?|\w+glas|\w+gläser",
            "dancer": r"ballett\w*|pirouetten?|tutus?|\w+tänzerin\w*|balletteuse",
            "woman": r"mädchen\w*|mädels?|mutter|mütter|mama|oma|omas|großmutter|tochter|töchter|schwester\w*|tante|ehefrau|königin\w*|prinzessin\w*|schauspielerin\w*|bräute?|braut|krankenschwester|kellnerin\w*|hexen?|heldin\w*|spaziergängerin\w*|läuferin\w*|joggerin\w*|wanderin\w*|\w+frau|nachbarin\w*|passantin\w*|studentin\w*|lehrerin\w*|ärztin\w*|touristin\w*|sie",
            "man": r"jungen?|junge|bub|buben|knabe\w*|bursche\w*|vater|väter|papa|opa|opas|großvater|sohn|söhne|bruder|brüder|onkel|ehemann|könige?|prinz\w*|schauspieler\w*|bräutigam|kellner\w*|cowboys?|mönche?|zauberer|ritter\w*|samurai|soldat\w*|fischer\w*|bauer\w*|wanderer\w*|wandersmann|tourist\w*|jogger\w*|läufer\w*|skifahrer\w*|surfer\w*|fußgänger\w*|passant\w*|spaziergänger\w*|arbeiter\w*|detektiv\w*|held(?:en)?|lehrer\w*|arzt|ärzte|student\w*|teenager\w*|kind(?:er|ern)?|menschen?|leute|person\w*|jemand|gestalt\w*|figur\w*|fremde\w*|er|kumpel\w*|nachbar\w*|matrose\w*|seemann|fotograf\w*|opi|\w+mann",
        },
        "place": {
            "mars": r"rote[nrms]? (?:planet\w*|staub\w*|felsen)|fremde[nrms]? (?:planet\w*|welt\w*)|auf dem mond|mondlandschaft|planet\w*|krater\w*",
            "desert": r"wüsten?\w*|dünen?\w*|sahara|canyons?|oasen?|ödland|arabien|beduinen\w*",
            "mountains": r"bergen?|berge|berg|gipfeln?|gebirge\w*|gebirgs\w*|alpen\w*|hochland|bergsteig\w*|schluchten?|matterhorn|zugspitze|tirol\w*|schweiz\w*|\w+alpen|\w+gebirge",
            "river": r"fluss\w*|flüsse\w*|bach|bäche\w*|kanal|kanäle\w*|brücken?|kirchen?|dom|abtei|altstadt\w*|alten? stadt|köln|prag|venedig|florenz|amsterdam|dresden|paris|grachten?|rhein\w*|elbe|spree|isar",
            "room": r"schlafzimmer\w*|wohnungs?|wohnungen|hotelzimmer\w*|sofas?|couch|sessel\w*|teppich\w*|kamin\w*|kissen|bücherregal\w*|esszimmer\w*|\w+zimmer\w*|haus|daheim|fensterbank|fensterbrett|kanapee",
            "stage": r"ballett\w*|opern?\w*|konzert\w*|vorhang|vorhänge\w*|scheinwerfer\w*|publikum|musical\w*|varieté\w*|rampenlicht|auftritt\w*|bühnen\w*|\w+bühne|theater\w*",
            "cliffs": r"fjorde?|klippen?\w*|felsen?|felsig\w*|felsküste\w*|steilküste\w*|leuchtt(?:urm|ürme)\w*|brandung\w*|abgrund\w*|abgründe|schroff\w*",
            "snow": r"tundra|arktis\w*|antarktis\w*|gletscher\w*|eis\w*|gefroren\w*|skipisten?|pisten?|winter\w*|schnee\w*|verschneit\w*|eingeschneit\w*|sibirien|lappland|nordpol|frost\w*",
            "forest": r"dschungel\w*|urwald\w*|taiga|hain\w*|bäumen?|baum|baumstämm\w*|kiefern?|tannen?|fichten?|birken?|eichen?|gehölz\w*|unterholz|dickicht|lichtung|gebüsch|\w+wald(?:es|e)?",
            "beach": r"küsten?\w*|ufer\w*|meer\w*|ozean\w*|see|seen|bucht\w*|lagunen?|inseln?|promenaden?|wasserkante|sand\w*|strand\w*|strände\w*|ostsee\w*|nordsee\w*|wellen|gezeiten|watt|karibik|mittelmeer|hawaii|\w+strand(?:es)?|\w+meer",
            "street": r"stadt\w*|innenstadt|großstadt\w*|städte\w*|gassen?|landstraße\w*|autobahn\w*|plätze|platz|marktplatz|märkte|kreuzung\w*|hochhäuser\w*|wolkenkratzer\w*|verkehr\w*|asphalt\w*|pflaster\w*|bürgersteig\w*|gehweg\w*|gehsteig\w*|ampeln?|schaufenster\w*|leuchtreklame\w*|reklame\w*|lichtreklame\w*|bars?|kneipen?|hongkong|new york|london|berlin|hamburg|reeperbahn|seoul|osaka|\w+straßen?|pfützen?|viertel|chinatown|metropole\w*",
            "meadow": r"felder\w*|feld|weide\w*|parks?|gärten|garten|rasen\w*|hügel\w*|bauernhof\w*|tal|täler\w*|steppen?|savannen?|prärien?|gras|gräser\w*|klee|blumen\w*|wildblumen|gänseblümchen|löwenzahn|almen?|alm|koppeln?|heide|\w+wiesen?|acker|äcker",
        },
        "light": {
            "sunset": r"sonnenaufgang\w*|morgenrot|morgenröte|tagesanbruch|abendlicht\w*|abendrot|spätnachmittag\w*|letzte[nrms]? licht\w*|feierabend|tief(?:e|er|stehende[nrms]?) sonne|orange\w*|goldene[nrms]? (?:himmel|licht|sonne|stunde)",
            "dusk": r"dämmer\w*|dämmrig\w*|morgengrauen|morgendämmerung|\w+dämmerung|zwielicht\w*|halbdunkel|blaue[nrms]? stunde|vor sonnenaufgang|nach sonnenuntergang",
            "night": r"dunkel\w*|dunkle[nrms]?|finster\w*|sterne\w*|sternen\w*|mond\w*|mitternacht\w*|nächtlich\w*|stockdunkel\w*|laternen?\w*|nacht\w*",
            "overcast": r"grau\w*|trist\w*|wolken\w*|wolkenverhangen\w*|bewölkt\w*|bedeckt\w*|verhangen\w*|regentag\w*|diesig\w*|fahl\w*",
            "noon": r"sonne|sonnig\w*|sonnenschein\w*|sonnenlicht\w*|sommer\w*|hell(?:e[nrms]?|er)? tag\w*|tageslicht|vormittag\w*|nachmittag\w*|mittag\w*|hitze\w*|strahlend\w*|grell\w*|blaue[nrms]? himmel|prall\w*|morgens?",
        },
        "weather": {
            "rain": r"sturm\w*|stürm\w*|gewitter\w*|schauer\w*|regen\w*|verregnet\w*|guss|platzregen|regenschirm\w*|nasskalt\w*|pitschnass\w*|schütte\w*|gießt",
            "snowfall": r"flocken\w*|schneetreiben|gestöber\w*|schneit\w*",
            "fog": r"rauch\w*|dampf\w*|schwaden|dunst\w*|diesig\w*|smog|nebel\w*|neblig\w*|schleier\w*|staub\w*",
        },
        "style": {
            "anime": r"zeichentrick\w*|trickfilm\w*|comics?|comic\w*|cartoons?|animation\w*|animiert\w*|ghibli\w*|miyazaki|manga\w*",
            "fantasy": r"zauber\w*|verzaubert\w*|magie|magisch\w*|märchen\w*|elfen?\w*|feen?\w*|traumhaft\w*|traumwelt\w*|polarlicht\w*|nordlicht\w*|surreal\w*|mystisch\w*|wunderland|sternenstaub|verwunschen\w*",
            "pencil": r"zeichnung\w*|gezeichnet\w*|skizz\w*|strichzeichnung\w*|tusche\w*|buntstift\w*|bleistift\w*|kohlestift\w*|gekritzelt\w*|illustration\w*|schraffur\w*|schraffiert\w*|kreide\w*",
            "noir": r"stummfilm\w*|alte[nrms]? film\w*|schwarz ?(?:und )?-?weiß\w*|ohne farben?|farblos\w*|grautöne\w*|krimi\w*|hitchcock|sepia\w*",
        },
    },
}  # fmt: skip


def kin(prompt: str, language: str, wanted: Collection[str]) -> dict[str, str]:
    """The nearest value of each wanted attribute that a sentence comes near to; others are absent.

    language: "en" or "de". Of several kinds of one attribute the one that stands first counts.
    """
    text = prompt.lower()
    found = {}
    for attribute, values in KIN[language].items():
        if attribute in wanted:
            places = {value: _first(words, text, language) for value, words in values.items()}
            nearest = min(values, key=lambda value: places[value])
            if places[nearest] < len(text):
                found[attribute] = nearest
    return found


def color_of(prompt: str, language: str, subject: str) -> str:
    """The colour that a sentence about the kin of a subject names; "" where it isn't just one."""
    words = {color: COLOR_WORDS[language][color] for color in COLORS.get(subject, ())}
    named = [color for color, word in words.items() if _pattern(word).search(prompt.lower())]
    return named[0] if len(named) == 1 else ""


def _first(words: str, text: str, language: str) -> int:
    """Where one of the words first stands and is meant; the text's length where none does."""
    for match in _pattern(words).finditer(text):
        if not negated(text, match.start(), match.end(), language):
            return match.start()
    return len(text)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")
