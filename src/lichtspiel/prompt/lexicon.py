"""The words that `words.py` knows, in English and German: regular expressions, data only.

They meet lower-case text. In each table the more telling value comes first, for it is tried
first. An expression that ends in "of" or "on" takes that word along, so that it is not left over.
"""

# The expressions are read more easily on long lines than cut in pieces.
# ruff: noqa: E501

from __future__ import annotations

Lexicon = dict[str, dict[str, str]]  # attribute -> value -> alternatives


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = {
    "en": r"\b(?:no|not|without|never|neither|nor|instead of|rather than|lacks?|isn't|aren't|"
    r"(?:no|without|not) \S+ (?:or|nor))",
    "de": r"\b(?:kein\w{0,2}|ohne|nicht|nie|weder|statt|anstatt|(?:ohne|kein\w{0,2}) \S+ (?:und|oder)"
    r"|weder \S+ noch)",
}
BETWEEN = {
    "en": "any|a|an|the|more|much|heavy|visible|in|on|at|with|single|it is|being|there is",
    "de": r"eine?[nmrs]?|de[nmrs]|d[ia]s|die|im|in|am|an|auf|bei|mehr|viel|jede[nmrs]?|"
    r"starke[nmrs]?|dichte[nmrs]?",
}

#: Words that look like the vocabulary and are something else.
FALSE_FRIENDS = {
    "en": (
        r"\b(?:teddy|polar|panda|gummy|koala|stuffed|toy|water|sun) bears?\b",
        r"\bbears? (?:witness|fruit|in mind|resemblance)\b",
        r"\bhot dogs?\b",
        r"\bdog house\b",
        r"\b(?:sea|rocking|wooden|toy)[ -]?horses?\b",
        r"\bhorse[- ](?:drawn|racing|power)\b",
        r"\b(?:big|wild|copy|pole)[- ]?cats?\b",
        r"\bcat(?:walk|fish|nap)s?\b",
        r"\bbird ?(?:house|bath|cage|feeder|song|watch\w*)s?\b",
        r"\b(?:stained|looking|magnifying|hour|reading|eye|sun|opera|spy|fibre|sea|broken)[- ]?glass(?:es)?\b",
        r"\bglass (?:doors?|windows?|walls?|buildings?|houses?|jars?|bottles?|roofs?|floors?|tables?|"
        r"bridges?|towers?|dome|skyscrapers?|spheres?|orbs?|marbles?|slippers?|beads?|facades?|eyes?)\b",
        r"\b(?:wear(?:s|ing)?|with|in|and|his|her|their) (?:\w+ )?glasses\b|\b(?:made )?of glass\b",
        r"\b(?:steam|paper|toy|dragon|banana|gravy)[- ]?boats?\b",
        r"\bstage ?(?:coach|hand)\w*\b",
        r"\broom (?:for|to)\b",
        r"\bmagic (?:carpet|wand|trick)s?\b",
        r"\bbird'?s?'?[- ]eye[- ](?=\w+ )(?!view)",
        r"\beye[- ](?:level|contact|catching|shadow|glasses)\b",
        r"\b(?:its|his|her|their|your|my) (?:\w+ )?eyes?\b",
        r"\bin the eye of\b",
        r"\b(?:cable|toy|train|roller|street|bumper|model) cars?\b",
        r"\bcar (?:park|wash|keys?|window)\b",
        r"\b(?:crystal|disco|meat|snow|glass|cannon|masquerade|wrecking|dragon|bowling) ?balls?\b",
        r"\bball ?(?:room|gown|park|point)\b",
        r"\brain ?(?:coat|boots?|jacket|bow|drop stain)s?\b",
        r"\bsnow (?:leopards?|globes?|white|man|boots?|board\w*)\b",
        r"\bsnow[- ]?(?:capped|topped)\b(?! (?:\w+ )?(?:mountain|peak|summit|alp)\w*)",
        r"\b(?:running|walking) (?:shoes|stick|water|machine)\b",
        r"\bstreet (?:food|art|artist|musicians?)\b",
        r"\b(?:iron|spider|super|bat|ant|snow|gingerbread)[- ]?man\b",
        r"\bforest green\b",
        r"\bevening (?:wear|gowns?|dress(?:es)?|news|paper)\b",
        r"\b(?:wolf|seal|fox|otter|lion) pups?\b",
        r"\bplay(?:s|ing|ed)?(?: with)?(?: the| a| an| on)*(?: \w+)? (?:piano|guitar|violin|drums?|"
        r"drum kit|flute|trumpet|saxophone|cello|harp|instruments?|chess|cards|poker|football|"
        r"soccer|tennis|basketball|video games?|games?|accordion|ukulele|keyboard)\b",
        r"\bnight(?: ?stands?|[- ]?gowns?| vision)\b",
        r"\bmidnight (?:blue|black)\b",
        r"\bmars (?:bars?|rovers?)\b",
        r"\bfog ?(?:lights?|horn|lamp)s?\b",
        r"\bblack and white(?= (?:dogs?|pupp\w+|horses?|cows?|cats?|cars?|balls?|dress\w*|stri\w+))",
    ),
    "de": (
        r"\bman\b",
        r"\bherr der ringe\b",
        r"\bschaukelpferd\w*",
        r"\bseepferd\w*",
        r"\bauf augenhöhe\b",
        r"\b(?:seine|ihre|meine|deine)[nmrs]? (?:\w+ )?augen?\b",
        r"\bschwarz-?weiß\w*(?= (?:hund\w*|pferd\w*|welpe\w*|kuh|katze\w*|auto\w*|ball|kleid))",
        r"\bunter freiem himmel\b",
        r"\bhot ?dogs?\b",
        r"\bspiel(?:t|en)(?: auf)?(?: \w+)? (?:klavier|gitarre|geige|schlagzeug|flöte|trompete|"
        r"schach|karten|fußball|tennis|basketball|videospiele?)\b",
        r"\bschneekugel\w*",
        r"\b(?:aus|hinter) glas\b",
    ),
}

_ADJ_EN = r"(?:\w+ly )?(?:slow |gentle |smooth |steady |cinematic |wide |quick )?"
LEXICON: dict[str, Lexicon] = {
    "en": {
        "tempo": {
            "slow": r"(?:in |an? |extreme |super |ultra |shown in |filmed in |everything happens in )*"
            r"slow[- ]?mo(?:tion)?(?: shot| video| footage| film| clip)?(?: of)?|slowed[- ]down|"
            r"bullet time",
        },
        "camera": {
            "orbit": (
                r"(?:the |an? )?(?:aerial |drone |camera |circling )?(?:drone|camera|shot|view|"
                r"footage|cam|helicopter)(?: shot| camera| view| footage| that| which| is| is seen|"
                r" slowly| steadily)* (?:circl|orbit|rotat|revolv|spin)(?:es|s|e|ing|ling)?"
                r"(?: slowly)?(?: all)?(?: (?:a?round|about)(?= ))?(?: around(?=[.,]|$))?"
                r"|drone circling|(?:circling|orbiting|rotating|orbital|orbit)"
                r"(?: aerial| drone)* (?:drone|camera|shot|view|footage)(?: shot)?|orbit(?:ing)? shot"
                r"|360[- ]?(?:degree|°)?(?: shot| view| orbit)?|arc shot"
                r"|seen from a circling drone"
            ),
            "pan_left": r"(?:the )?(?:camera )?(?:\w+ly |a |slow |gentle )*pan(?:s|ning)?"
            r"(?: \w+ly| gently| over| across)?(?: (?:from right )?to(?:wards?)? the)? left(?:wards?)?"
            r"|(?:camera )?pan(?:s|ning)? from right to left",
            "pan_right": r"(?:the )?(?:camera )?(?:\w+ly |a |slow |gentle )*pan(?:s|ning)?"
            r"(?: \w+ly| gently| over| across)?(?: (?:from left )?to(?:wards?)? the)? right(?:wards?)?"
            r"|(?:camera )?pan(?:s|ning)? from left to right",
            "dolly_in": rf"(?:a )?{_ADJ_EN}(?:dolly|dollies|dollying|zoom|zooms|zooming|push)"
            r"(?: \w+ly)?(?:[- ]in| towards?| forwards?| closer)(?: shot)?(?: on| to)?"
            r"|(?:the )?camera(?: is| \w+ly)* (?:mov|com|get|glid|push|zoom|advanc|travel|drift|dolli)"
            r"(?:es|s|e|ing|ting)?(?: \w+ly)? (?:closer|nearer|in|towards?|forwards?)(?: to(?= ))?"
            r"|(?:the )?camera(?: is| \w+ly)* approach(?:es|ing)|approaching camera",
            "dolly_out": rf"(?:a )?{_ADJ_EN}(?:dolly|dollies|dollying|zoom|zooms|zooming|pull)"
            r"(?: \w+ly)?(?:[- ]out|[- ]away|[- ]back|[- ]backwards?)(?: shot)?(?: from)?"
            r"|(?:the )?camera(?: is| \w+ly)* (?:mov|pull|back|drift|glid|zoom|dolli)(?:es|s|ing)?"
            r"(?: \w+ly)? (?:away|back|backwards?|out)(?: from)?"
            r"|(?:the )?camera(?: is| \w+ly)* (?:retreat|back)(?:s|ing)(?: from)?",
            "tracking": r"(?:an? |the )?tracking (?:shot|camera)(?: follow(?:s|ing)| of)?"
            r"|(?:the )?camera(?: is| \w+ly)* (?:follow(?:s|ing)?|track(?:s|ing)?|trail(?:s|ing)?|"
            r"mov(?:es|ing) along(?:side)?|moves? with|accompan(?:ies|ying))(?: behind| along)?"
            r"|follow(?:ing)? shot|follow cam|steadicam(?: shot)?|dolly shot alongside",
            "flyover": r"(?:an? |the )?(?:drone|camera)(?: is| \w+ly| that| which)* "
            r"(?:fl(?:y|ies|ying)|soar(?:s|ing)?|glid(?:es|ing)|hover(?:s|ing)?)"
            r"(?: (?:low|high))?(?: (?:over|above|across|past))?(?: it(?=[.,]|$))?"
            r"|(?:aerial |drone )*fly[- ]?(?:over|by)(?: of)?"
            r"|(?:(?<=^)|(?<=[.,;:] )|(?<=footage )|(?<=shot ))flying over"
            r"|(?:a |an )?(?:aerial|drone|bird'?s?'?[- ]eye)(?: drone| camera)?"
            r"(?: view| shot| footage| video| perspective| flight)(?: of| over)?"
            r"|aerial|seen from (?:above|the air)|from above",
            "static": r"(?:a |the )?(?:static|fixed|still|stationary|locked(?:[- ](?:off|down))?|"
            r"motionless)(?: wide)? (?:shot|camera|view|frame|cam)(?: view| shot)?(?: shows| of)?"
            r"|(?:the )?camera (?:stands|is|stays|remains|holds|keeps|does|doesn't)"
            r"(?: completely| perfectly| not)? ?(?:still|static|fixed|motionless|stationary|move|moving)"
            r"|(?:on a )?tripod(?: shot)?|static",
            "closeup": r"(?:an? )?(?:extreme |tight |cropped )?(?:close[- ]?up|macro)"
            r"(?: shot| view| video)?(?: of)?|seen in close[- ]?up",
        },
        "style": {
            "noir": r"(?:in |an? |shot in |filmed in )*(?:old )?(?:black[- ](?:and|&|n)[- ]white|b ?& ?w"
            r"|b/w|monochrome|grayscale|greyscale|film noir|noir)"
            r"(?: film| movie| shot| style| footage| video| photo\w*| cinema)?(?: of)?",
            "anime": r"(?:in |as |an? |the |style of |drawn as )*(?:anime|manga|studio ghibli|ghibli|"
            r"japanese animation)(?:[- ]style|[- ]styled)?(?: scene| film| movie| style| art\w*|"
            r" video)?(?: of)?",
            "pencil": r"(?:in |as |an? |the |drawn in |drawn with a |made in )*(?:hand-drawn )?"
            r"(?:pencil(?:[- ](?:drawing|sketch|drawn|style|art|animation)|(?<=in pencil)"
            r"|(?<=drawn in pencil)|(?<=with a pencil))|sketch|graphite(?: drawing)?"
            r"|charcoal sketch)(?:[- ]?style)?(?: of)?",
            "fantasy": r"(?:in |as |an? |the |full of )*(?:magical |dreamlike |dreamy |glowing )*"
            r"(?:fantasy|magical|magic(?! hour)|enchanted|fairy[- ]?tales?|mystical|bewitched)"
            r"(?: fantasy)?(?: style| film| movie| scene| world| glow| lights?| realm| look)*"
            r"(?: of| float in the air)?|(?:everything )?glow(?:s|ing) as if by magic|by magic|"
            r"(?:glowing )?fairy lights",
            "photo": r"(?:in |an? |the )*(?:photo-?realistic|photo-?real|photo-?realism|realistic|"
            r"lifelike|hyper-?realistic|ultra-?realistic|live[- ]action)"
            r"(?: style| film| video| shot| photo\w*| footage| rendering| look)?(?: of)?",
        },
        "weather": {
            "snowfall": r"(?:(?:while|as|and|heavy|light|the) )?snow(?:flakes)?(?: \w+ly)?"
            r"(?: is| are| begins? to| starts? to| keeps?)? ?(?: \w+ly)?fall(?:s|ing)?"
            r"(?: \w+ly| from the sky)?"
            r"|(?:heavy |gently |softly |slowly |lightly )?falling snow(?:flakes)?|snow[- ]?fall|"
            r"(?:it is |it's )?snowing(?: heavily| lightly)?|it snows|snow[- ]?storm|blizzard|"
            r"snow ?flakes|snow flurr(?:y|ies)|snow drifts? down",
            "rain": r"(?:heavy |light |pouring |driving |gentle |cold )?rain(?:s|ing|y|fall|drops?|"
            r"storm)?(?: is| are)?(?: fall(?:s|ing)?| pour(?:s|ing)(?: down)?| heavily)?"
            r"|downpour|drizzl(?:e|es|ing|y)|rain-soaked|thunderstorm",
            "fog": r"(?:thick |dense |light |heavy |morning )?(?:fog|foggy|mist|mists|misty|haze|hazy)"
            r"(?: fills the air| all around)?|foggy weather",
            "clear": r"clear,? (?:dry )?(?:air|weather|skies|sky|blue sky|day|night)"
            r"|(?:the )?(?:air|sky|weather) is clear|cloudless(?: sky)?|fine weather|dry weather"
            r"|blue,? cloudless sky",
        },
        "light": {
            "sunset": r"(?:warm |golden |the |a |glowing )*(?:light (?:of|at) (?:the )?)?"
            r"(?:sunset|sun-set|sundown|golden hour|magic hour|(?<!lamplight in the )evening(?! by lamplight| lamplight)|setting sun)"
            r"(?: light| sun| glow| sky)?(?: falls)?(?: through the window)?|(?:the )?sun (?:is )?(?:sets|setting|going down|goes down)"
            r"|(?:the )?sun sinks(?: into the sea| below the horizon)?|low evening sun"
            r"|(?:warm |in |under )*golden (?:stage )?lights?(?: falls?)?(?: through the window)?"
            r"|(?:the )?stage lights are warm and golden",
            "dusk": r"(?:in |the |at |blue |it is |deep |during |soft )*(?:dusk|twilight|blue hour|gloaming)"
            r"(?: light| sky| glow| fills the room)?"
            r"|(?:in |under |deep )*blue (?:stage )?lights?(?: fills the stage)?",
            "night": r"(?:a |the |dark |late |starry |moonlit |dead of )*night(?:s|time|-time|fall)?"
            r"(?: sky| time)?|midnight|moonlight|moonlit|under the (?:moon|stars)|after dark|"
            r"nocturnal|(?:(?:under )?(?:an? )?(?:single )?spotlight )?in the dark(?:ness)?(?: of(?: the)? night)?"
            r"(?: under an? (?:single )?spotlight)?|starry sky|it is dark|dark with a spotlight"
            r"|(?:the )?stage is dark(?: but for a spotlight)?|under a (?:single )?spotlight"
            r"|(?:at night |in the evening )?(?:by |in )?(?:warm |evening )*lamp-?light(?: in the evening)?",
            "overcast": r"(?:soft light )?(?:under )?(?:an? |the )?overcast(?: sky| day| light)?"
            r"|(?:a |the )?(?:cloudy|clouded|gloomy|dull|gr[ae]y)(?: sky| day| skies| weather| clouds|"
            r" light)|cloudy|cloud-covered sky|(?:soft light )?under (?:gr[ae]y |heavy |dark )?clouds"
            r"|(?:the )?sky is (?:gr[ae]y|cloudy|overcast)"
            r"|(?:in |under )*soft (?:even )?(?:gr[ae]y )?(?:day-?light|light)"
            r"(?: falls)?(?: through the window| fills the stage)?|(?:soft )?gr[ae]y daylight",
            "noon": r"(?:at |high |bright |it is )*(?:noon|midday|mid-day|noonday|noontime)(?: sun| light)?"
            r"|(?:bright |broad |full |in )*day-?light(?: falls)?(?: through the window)?"
            r"|(?:under |in )*bright (?:stage )?lights?|(?:the )?stage is brightly lit|by day|(?:a |bright |on a )*sunny(?: day| weather)?"
            r"|(?:bright |blazing |in the |in )*(?:sunshine|sunlight)|in the (?:bright )?sun"
            r"|bright day|daytime|during the day|(?:the )?sun (?:is |stands )?high"
            r"(?: in the sky)?|glaring sun|under the (?:midday |hot |blazing )*sun",
        },
        "place": {
            "mars": r"(?:the )?(?:rocky |dusty |red )?(?:surface |desert |planet |plains |dunes )?(?:of )?"
            r"(?:the )?(?:planet )?mars|martian(?: landscape| desert| surface| dunes| plains?| soil|"
            r" ground| rocks?)?|(?:the )?red planet",
            "stage": r"(?:(?:on|theat(?:re|er)|empty|dark|big|concert|opera|the|a) )*stages?(?! lights?)"
            r"(?: (?:of|in) (?:an? |the )*(?:theat(?:re|er)|opera)(?: house)?)?"
            r"(?: with red curtains)?(?: and spotlights)?|theat(?:re|er)s?|opera house|"
            r"(?:in front of )?red (?:theat(?:re|er) )?curtains?(?: frame the stage)?",
            "room": r"(?:(?:cosy|cozy|empty|quiet|bright|modern|the inside of a|indoors in a) )*"
            r"(?:living[- ]?rooms?|sitting[- ]?rooms?|lounge|parlou?r)"
            r"|(?:in|through|across|around|inside|of) (?:an?|the|his|her|my|their|our) (?:\w+ )?room(?! \w*table)"
            r"|^(?:an?|the) (?:\w+ )?room|room|indoors|inside (?:a|the|his|her|my) (?:house|home|flat|apartment)"
            r"|on (?:an?|the|his|her|my) (?:\w+ )?(?:sofa|couch|armchair|carpet|rug)|at home",
            "cliffs": r"(?:(?:rugged|steep|rocky|sea|high|coastal|chalk|jagged|windswept) )*"
            r"(?:sea[- ]?)?cliff(?:s|side|tops?|top)?(?: coast(?:line)?)?"
            r"(?: (?:by|above|over|at|along|of|beside|near) the (?:sea|ocean|coast|shore))?"
            r"|(?:rugged|rocky|steep|wild|craggy)(?: \w+)? (?:coast(?:line)?|shore(?:line)?|seashore)"
            r"|coastline|sea coast|(?<=the )coast|(?<=a )coast|sea[- ]?bluffs?|rocks? by the sea"
            r"|rocks? above the sea",
            "street": r"(?:(?:wet|neon|neon-lit|city|tokyo|night|narrow|busy|rainy|glowing|lit|"
            r"empty|shining|deserted|japanese|urban|colou?rful|damp) )*"
            r"(?:street|streets|alley|alleys|alleyway|boulevard|avenue|sidewalk|crosswalk)"
            r"(?: (?:in|of) (?:tokyo|shibuya|shinjuku|osaka))?"
            r"(?: (?:with|full of|filled with|lit by|under)(?: (?:warm|glowing|bright|the|"
            r"colou?rful|many|its|wet|reflecting|reflective|and|ground|neon|city|animated|lights|"
            r"signs|signage|billboards|advertising|of|glow))+)?"
            r"|(?:bright |glowing |colou?rful |under |the )*neon(?:[- ]lit)?(?: signs?| lights?| city|"
            r" glow| district| advertising| billboards?)*(?: are mirrored in)?|tokyo|shibuya|shinjuku",
            "beach": r"(?:a |the |sandy |white |tropical |deserted |sunny |coastal |beautiful |golden )*"
            r"(?:beach|beaches|seaside|sea-side|seashore|sea shore|sandy shore|shore)"
            r"(?: (?:by|at|beside|near) the (?:sea|ocean))?|(?:by|at|beside|near) the (?:sea|ocean)"
            r"|(?:golden|white) sands?|dunes (?:by|at|near|on) the (?:sea|ocean|coast|beach)"
            r"|(?:on|off|in) the (?:open )?(?:sea|ocean|waves)(?: (?:off|near) (?:an?|the) (?:\w+ )?beach)?"
            r"|(?:off|near) (?:an?|the) (?:sandy )?beach",
            "desert": r"(?:(?:sandy|hot|dry|vast|endless|empty|golden|wide|red|yellow|sand) )*"
            r"(?:deserts?|dunes|sand dune|sahara|gobi|kalahari|namib|sand sea)"
            r"(?: of (?:sand dunes|sand|the sahara|the gobi))?(?: landscape)?",
            "forest": r"(?:(?:dense|dark|deep|thick|pine|birch|autumn|enchanted|green|old|quiet) )*"
            r"(?:forest|forests|woods|woodland|woodlands|rainforest)"
            r"|(?:among|amongst|between)(?: the)?(?: tall| high| pine| old)* trees(?: of a)?",
            "meadow": r"(?:(?:green|alpine|lush|mountain|flower|wide|grassy|blooming|wild) )*"
            r"(?:meadow|meadows|pasture|grassland)"
            r"(?:,? (?:with|below|beneath|in front of|before|surrounded by)(?: the| some| high| tall|"
            r" snowy)* mountains?(?: (?:behind|beyond)(?: it)?| in the background)?)?"
            r"|(?:green|grassy) (?:field|fields|hill|hills|hillside)|field of grass",
            "mountains": r"(?:(?:snow[- ]?(?:capped|topped|covered|clad)|high|tall|rugged|rocky|majestic|snowy|"
            r"alpine|distant|steep|a landscape of) )*(?:mountains?|mountain (?:range|landscape|ridge|pass|peak|"
            r"valley|top|side|slope|path|trail)s?|mountain(?:sides?|tops?)|peaks|summits?)"
            r"(?: rise behind| behind| above rocky grass| in the background)?|(?:the )?(?:swiss )?alps|"
            r"himalayas?|rockies|rocky mountains|dolomites|andes|matterhorn|everest",
            "river": r"(?:(?:wide|stone|old|quiet|calm|big|broad|medieval|the) )*"
            r"(?:river(?:s|bank|banks|side)?|quays?|quayside|embankment)"
            r"(?: (?:quay|bank|promenade|town|city))?"
            r"(?: (?:in|through|of|by|and|along) (?:an? |the )?(?:river|old|town|city|cathedral|medieval| )+)*"
            r"|(?:an? |the )*cathedrals?(?: rises above the river)?|(?:an? |the )*(?:old|historic|medieval) "
            r"(?:riverside )?(?:town|city)(?: centre| center| with a cathedral)?|notre[- ]dame|"
            r"(?:the )?(?:seine|thames|danube|rhine)",
            "snow": r"(?:(?:the|deep|fresh|white|thick|powdery|wide) )*snow(?:y|field|fields|-covered|"
            r"scape|drifts?)?(?: field| fields| plains?| landscape| ground| meadow)?"
            r"(?: covers the ground)?|snow[- ]covered (?:field|ground|plain|landscape)"
            r"|winter (?:wonderland|landscape)|wintry (?:field|landscape)",
        },
        "subject": {
            "puppies": r"(?:golden[- ]retrievers?(?: (?:pup|dog))|golden[- ]retriever pups"
            r"|golden[- ]retriever dogs|golden[- ]retriever pupp(?:y|ies))"
            r"|golden[- ]retrievers?|golden pupp(?:y|ies)|(?:puppy|pup) dogs?|retrievers?"
            r"|dog|dogs|dogg(?:y|ie|ies)|pupp(?:y|ies)|pups?|labradors?|corgis?|beagles?|spaniels?|"
            r"terriers?|poodles?|hounds?|huskies|husky",
            "dancer": r"(?:(?:ballet|ballroom|flamenco|female) )*dancers?|ballerinas?"
            r"|(?:woman|girl|lady)(?=[^.,;]{0,60} (?:danc(?:es|ing)|pirouett))",
            "runner": r"(?:runners?|joggers?|athletes?|m[ae]n|wom[ae]n|guys?|girl|boy|lady|person|some(?:one|body))"
            r"(?=[^.]{0,80}\btreadmill)|(?:on |an? |the )*treadmills?",
            "woman": r"woman|women|lady|ladies|businesswoman|gal",
            "man": r"man|men|guys?|gentlem[ae]n|businessm[ae]n|bloke|dude",
            "astronaut": r"astronauts?|cosmonauts?|spacem[ae]n|space m[ae]n|spacewom[ae]n|"
            r"taikonauts?|space (?:explorer|traveller|traveler)s?",
            "bear": r"(?:(?:brown|grizzly) )?bears?|grizzly|grizzlies",
            "horse": r"horses?|stallions?|mares?|pony|ponies|mustangs?|steeds?",
            "cat": r"(?:house ?)?cats?|kitt(?:y|ies|ens?)|tomcats?|pussycats?|tabb(?:y|ies)",
            "bird": r"birds?|(?:sea)?gulls?|crows?|ravens?",
            "boat": r"(?:sail(?:ing)?[- ]?)?boats?|sailing (?:ships?|yachts?|vessels?)|yachts?|sailboats?|"
            r"dingh(?:y|ies)|catamarans?",
            "glass": r"(?:drinking |wine |water |champagne )?glass(?:es)?(?: of (?:water|wine|milk|beer|juice))?",
            "ball": r"(?:(?:rubber|beach|bouncy|toy) )?balls?",
            "car": r"cars?|automobiles?|sports? cars?|race cars?|sedans?|convertibles?|limousines?|suvs?",
            "eye": r"(?:human )?eye|(?<=of )eyes|eyeball",
        },
        "action": {
            "run": r"runs?|running|ran|sprint(?:s|ing)?|jog(?:s|ging)?|dash(?:es|ing)?|"
            r"rac(?:e|es|ing)|gallop(?:s|ing|ed)?|rush(?:es|ing)?|canter(?:s|ing)?|bolts?|"
            r"hurr(?:y|ies|ying)",
            "walk": r"walk(?:s|ing|ed)?|stroll(?:s|ing|ed)?|wander(?:s|ing|ed)?|strid(?:e|es|ing)|"
            r"plod(?:s|ding)?|stroll(?:s|ing)?|march(?:es|ing)?|trudg(?:e|es|ing)|hik(?:e|es|ing)|"
            r"ambl(?:e|es|ing)|saunter(?:s|ing)?|roam(?:s|ing)?|lumber(?:s|ing)|pac(?:es|ing)|"
            r"trott?(?:s|ing)?|step(?:s|ping)|prowl(?:s|ing)?|sneak(?:s|ing)?",
            "stand": r"stands?(?: still)?|standing(?: still)?|stood|wait(?:s|ing)?|motionless|"
            r"(?:is |are )?parked|(?:stands|standing|sits|sitting|is)? ?on (?:an?|the) (?:\w+ )?table",
            "play": r"play(?:s|ing|ed|ful)?|playfully|romp(?:s|ing)?|frolic(?:s|king|ked)?|"
            r"tumbl(?:e|es|ing)|wrestl(?:e|es|ing)|chas(?:e|es|ing) each other|frisk(?:ing|y)",
            "bounce": r"bounc(?:e|es|ing|ed|y)|hop(?:s|ping)?|jump(?:s|ing)?",
            "roll": r"roll(?:s|ing|ed)?",
            "drive": r"driv(?:e|es|ing|en)|drove|cruis(?:e|es|ing)|speed(?:s|ing)|rac(?:e|es|ing)|"
            r"roll(?:s|ing)|rush(?:es|ing)",
            "dance": r"danc(?:es?|ing|ed)(?: ballet)?|waltz(?:es|ing)?|sway(?:s|ing)?",
            "turn": r"(?:turn|spin|twirl|whirl)(?:s|ning|ing)?(?: a?round| in circles)?(?: pirouettes?)?|"
            r"pirouett(?:e|es|ing)|spinning",
            "jump": r"(?:jump|leap)(?:s|ing|ed)?(?: into the air)?|grand jet[eé]s?",
            "fly": r"fl(?:y|ies|ying|ew)|soar(?:s|ing)?|glid(?:e|es|ing)|circl(?:e|es|ing)|hover(?:s|ing)?",
            "sail": r"sail(?:s|ing|ed)?|glid(?:e|es|ing)|drift(?:s|ing)?|float(?:s|ing)?|cruis(?:e|es|ing)",
            "fall": r"(?:fall(?:s|ing)?|fell|drop(?:s|ping)?|slip(?:s|ping)?|toppl(?:es|ing)|tumbl(?:es|ing)|"
            r"crash(?:es|ing)?|shatter(?:s|ing)?|break(?:s|ing)?|smash(?:es|ing)?)"
            r"(?: (?:from|off|to|on|onto|over|down|the|a|edge|of|wooden|table|floor|ground|and|into|pieces|"
            r"breaks?|breaking|shatters?|shattering|smashes))*",
            "look_right": r"(?:(?:look|glanc|gaz|mov|turn|dart)(?:s|es|ing|e)?[ ,]+)?(?:\w+ly )?"
            r"(?:from left to right|from the left to the right|left to right)"
            r"|(?:look|glanc|gaz|mov|turn)(?:s|es|ing|e)? (?:to the |towards the )?right",
            "look_left": r"(?:(?:look|glanc|gaz|mov|turn|dart)(?:s|es|ing|e)?[ ,]+)?(?:\w+ly )?"
            r"(?:from right to left|from the right to the left|right to left)"
            r"|(?:look|glanc|gaz|mov|turn)(?:s|es|ing|e)? (?:to the |towards the )?left",
        },
    },
    "de": {
        "tempo": {
            "slow": r"(?:in |eine |extremer |alles geschieht |super)*(?:super)?zeitlupen?(?:-?(?:aufnahme|video|film)n?)?"
            r"(?: von| gezeigt| zeigt)?|slow[- ]?motion|verlangsamt\w*|in slow[- ]?mo",
        },
        "camera": {
            "orbit": r"(?:die |eine |aus der |von einer )*(?:kreisende\w*|umkreisende\w*) (?:drohne|kamera)"
            r"|(?:die |eine )?(?:kamera|drohne|drohnenaufnahme|kamerafahrt)(?:,? die| fliegt| fährt|"
            r" langsam| im)* (?:umkreis\w+|kreis(?:t|en|end)?|dreht sich|rotiert)(?: langsam)?(?: um)?"
            r"(?: herum)?|(?:die |eine )?(?:kamera|drohne) (?:fliegt|fährt) (?:langsam )?(?:im kreis |rund )?um"
            r"|kamerafahrt (?:im kreis|rund um|um)|umkreist von einer drohne|rundflug(?: um)?"
            r"|von einer drohne umkreist|rundum-?fahrt|360[- ]?grad(?:-\w+)?",
            "pan_left": r"(?:die |ein |eine )?(?:kamera )?(?:langsame[rn]? )?(?:kamera)?schwenk(?:t|end)?"
            r"(?: langsam)? (?:nach|von rechts nach) links(?: und zeigt| zeigt)?",
            "pan_right": r"(?:die |ein |eine )?(?:kamera )?(?:langsame[rn]? )?(?:kamera)?schwenk(?:t|end)?"
            r"(?: langsam)? (?:nach|von links nach) rechts(?: und zeigt| zeigt)?",
            "dolly_in": r"(?:die )?kamera (?:\w+ )?näher(?:t|n)? sich(?: langsam)?"
            r"|(?:die )?kamera (?:kommt|rückt|fährt|geht|gleitet)(?: \w+)? (?:näher|heran|vorwärts|"
            r"nach vorne?)(?: heran)?|(?:langsame )?(?:kamera)?fahrt (?:nach vorne?|hin zu|auf \w+ \S+ zu)"
            r"|(?:langsamer )?(?:zoom (?:auf|hinein|heran)|kamera zoomt (?:\w+ )?(?:heran|hinein|auf)|heranzoomen)"
            r"|(?:die )?kamera fährt (?:langsam )?auf(?= )",
            "dolly_out": r"(?:die )?kamera (?:fährt|weicht|zieht sich|gleitet|rückt)(?: \w+)? (?:zurück|"
            r"rückwärts|weg)|(?:die )?kamera entfernt sich(?: langsam)?(?: von)?"
            r"|(?:langsame )?(?:kamera)?fahrt (?:zurück|weg von|rückwärts|nach hinten)"
            r"|kamera zoomt (?:\w+ )?heraus|herauszoomen",
            "tracking": r"(?:die )?kamera (?:folgt|begleitet|verfolgt|fährt (?:\w+ )?mit|"
            r"fährt (?:neben|hinter)|läuft mit)|mitfahrende\w* kamera|verfolger-?kamera|"
            r"verfolgungs(?:fahrt|aufnahme|kamera)|parallelfahrt|tracking-?(?:shot|aufnahme)"
            r"|kamerafahrt (?:neben|mit)",
            "flyover": r"(?:die |eine )?(?:kamera|drohne)(?: langsam)? (?:überfliegt|fliegt|gleitet|schwebt)"
            r"(?: langsam| tief)?(?: über| darüber)?(?: hinweg)?|drohnen-?flug(?: über)?|überflug(?: über)?"
            r"|flug über|luftaufnahmen?(?: von)?|drohnen(?:aufnahmen?|bild|video)(?: von| über)?|"
            r"aus der luft|vogelperspektive|von oben",
            "static": r"(?:eine |die )?(?:statische|feste|feststehende|unbewegte|ruhende|starre)\w? "
            r"(?:kamera|aufnahme|einstellung)(?: zeigt| von)?|(?:die )?kamera (?:steht|bleibt|ist|"
            r"bewegt sich)(?: ganz)?(?: still| fest| unbewegt| statisch| ruhig| nicht| stehen)+"
            r"(?: und zeigt)?|vom stativ|standkamera|statisch",
            "closeup": r"(?:in |eine |extremer? |die |ganz )*(?:großaufnahme|grossaufnahme|nahaufnahme|"
            r"detailaufnahme|makroaufnahme|makro|close-?up)(?: von| eine[sr])?",
        },
        "style": {
            "noir": r"(?:in |ein |als |alter |alte |eine )*schwarz(?:-| |und| und )*wei(?:ß|ss)\w*"
            r"(?:-?(?:film|aufnahme|stil|bild|video)\w*)?"
            r"(?: gedreht| film| aufnahme| video| mit| von)?|film noir|noir|einfarbig",
            "anime": r"(?:im |als |ein |eine |in )*(?:anime|manga|ghibli)(?:-?\w+)?(?: gezeichnet| mit)?",
            "pencil": r"(?:als |eine |im |wie eine |mit )*bleistift\w*(?:-\w+)?(?: gezeichnet| von)?"
            r"|(?:als )?skizze",
            "fantasy": r"(?:im |in |als |ein |eine |einer |der |die )*(?:magische[nrms]? |leuchtende[nrms]? |verzauberte[nrms]? )*"
            r"(?:fantas(?:y|ie)(?!r)(?:-?(?:stil|film|szene|welt|landschaft))?|magisch\w*|verzaubert\w*|"
            r"verwunschen\w*|märchen(?:haft\w*|welt|film)?|zauberhaft\w*|magie|zauberwelt)"
            r"(?: (?:fantas(?:y|ie)\w*(?:-\w+)?|leuchten|lichter|licht|welt|aufnahme|szene))*"
            r"(?: mit| von| schweben in der luft)?|alles leuchtet wie verzaubert",
            "photo": r"(?:in |ein |eine |im )*(?:foto|photo)?-?realis(?:tisch\w*|mus)"
            r"(?: stil| video| aufnahme| film)?(?: von)?|lebensecht\w*|wie (?:echt|fotografiert)",
        },
        "weather": {
            "snowfall": r"(?:dichter |dichtem |leichtem |leichter |starkem |fallende[nmr]? )*(?:schneefall|"
            r"schneetreiben|schneegestöber|schneesturm|schneeflocken|schneeregen)"
            r"(?: fallen| fällt)?|schnee (?:\w+ )?(?:fällt|rieselt)|fallende[nmr]? schnee|"
            r"(?:es )?fällt (?:\w+ )?schnee|(?:es )?schneit(?: heftig| leicht)?|flocken fallen|"
            r"schneie(?:n|nd)",
            "rain": r"(?:starke[rmn]? |strömende[rmn]? |leichte[rmn]? |heftige[rmn]? )*(?:regen|"
            r"nieselregen|regenschauer|platzregen|dauerregen)(?: fällt| prasselt)?|(?:es )?regnet|"
            r"regnerisch\w*|verregnet\w*|regnen|regennass\w*|es (?:gießt|schüttet)|wolkenbruch|gewitter",
            "fog": r"(?:dichte[rmn]? |leichte[rmn]? |dicke[rmn]? )*(?:nebel|nebels|nebelschwaden|dunst|"
            r"morgennebel)(?: liegt in der luft)?|(?:es ist )?neb(?:lig|elig)\w*|dunstig\w*|diesig\w*",
            "clear": r"(?:bei )?klare[rmns]? (?:luft|wetter|himmel|nacht|tag)|(?:die )?luft ist klar|"
            r"(?:der )?himmel ist klar|wolkenlos\w*(?: himmel)?|trockenes wetter",
        },
        "light": {
            "sunset": r"(?:(?:warmes|goldene[nmsr]?|im|das|bei|letzten?) )*(?:licht (?:des|der) )?"
            r"(?:sonnenuntergangs?|abends?(?! bei lampenlicht)|abendlicht|abendsonne|abendrot|"
            r"untergehende[nr]? sonne|abendhimmel)(?: fällt durch das fenster)?"
            r"|(?:zur )?goldene[nr]? stunde|(?:die )?sonne (?:geht|sinkt|versinkt)(?: \w+)?(?: unter)?"
            r"|wenn die sonne untergeht|(?:in |im |unter )*(?:warme[nsm]? )?goldene[nsm]? "
            r"(?:bühnen)?licht(?:ern)?(?: am fenster)?|(?:in )?goldenem bühnenlicht|"
            r"(?:das )?bühnenlicht ist warm und golden",
            "dusk": r"(?:(?:in|bei|im|der|das|die|zur|blaue[nsm]?) )*(?:(?:abend|morgen)?(?:dämmerung|dämmrung)|"
            r"dämmerlicht|zwielicht|morgengrauen)(?: erfüllt den raum)?|(?:die |zur |der |in )*blaue[nr]? stunde|"
            r"(?:es )?dämmert|(?:in |im )*blaue[nsm]? (?:bühnen)?licht(?: erfüllt die bühne)?",
            "night": r"(?:es ist |eine |in |der |bei |tiefe[rn]? |dunkle[rn]? |mitten )*(?:nachts?|"
            r"mitternachts?|mondlicht|mondschein|dunkelheit|nachthimmel|sternenhimmel)"
            r"|nächtlich\w*|unter (?:den )?sternen"
            r"|(?:im licht eines (?:einzelnen )?scheinwerfers |(?:ein )?scheinwerfer )?(?:im|es ist) dunkeln?"
            r"(?: unter einem scheinwerfer)?|dunkel mit einem scheinwerfer|"
            r"(?:die )?bühne ist dunkel bis auf einen scheinwerfer|"
            r"(?:abends |nachts )?(?:bei |im )?(?:warme[smn]? |abendliche[smn]? )?lampenlicht",
            "overcast": r"(?:bei |unter |der )*(?:bedeckte[nmr]?|bewölkte[nmr]?|graue[nmr]?|"
            r"wolkenverhangene[nmr]?|trübe[nmr]?|wolkige[nmr]?) (?:himmel|tag|wetter|wolken|licht)"
            r"|(?:der )?himmel ist (?:bedeckt|grau|bewölkt|wolkig)|bewölkt|wolkig|wolkenverhangen"
            r"|(?:weiches licht )?unter (?:grauen |dichten |dunklen )?wolken|trübes wetter"
            r"|(?:in |im |bei )*(?:weiche[smn]?|gleichmäßige[smn]?),? (?:gleichmäßige[smn]? |graue[smn]? )?"
            r"(?:tages)?licht(?: am fenster| fällt durch das fenster)?",
            "noon": r"(?:helle[snm]? |am |es ist |zur )*(?:mittags?|mittagslicht|mittagssonne|mittagszeit)"
            r"|(?:helle[snm]? |bei |im )*(?:tageslicht|sonnenschein|sonnenlicht)(?: am fenster| fällt durch das fenster)?"
            r"|(?:in |bei )?helle[snm]? (?:bühnen)?licht|unter hellen scheinwerfern|"
            r"(?:die )?bühne ist hell erleuchtet|am hellen tag|sonnig\w*(?: tag)?|"
            r"in der (?:prallen )?sonne|am hell?ichten tage?|(?:bei|am) tage?|tagsüber|bei sonne|"
            r"strahlende[rmn]? sonne",
        },
        "place": {
            "mars": r"(?:die |der )?(?:rote[nr]? )?(?:oberfläche |wüste |planet |planeten )*(?:des |der )?"
            r"(?:planeten? )?mars(?:es|oberfläche|landschaft|wüste|boden|ebene)?"
            r"|rote[nr]? planet(?:en)?",
            "stage": r"(?:auf |der |die |eine[rnms]? |leere[nr]? |im )*(?:theater|opern|konzert)?bühnen?(?!nlicht)"
            r"(?: (?:eines|im|des) theaters?)?(?: mit roten vorhängen)?|(?:im )?theaters?|"
            r"(?:vor )?roten? vorhängen?(?: rahmen die bühne)?|opernhaus",
            "room": r"(?:drinnen |im |in |einem |das |ein |gemütliche[nsm]? |leere[nsm]? |durch )*"
            r"(?:wohnzimmern?s?|zimmern?s?|stube|wohnstube)|drinnen|zu ?hause|"
            r"auf (?:de[mnr]|einem|einer|das|die|meinem) (?:\w+ )?(?:sofa|couch|sessel|teppich)|im haus",
            "cliffs": r"(?:schroffe[nr]? |raue[nr]? |steile[nr]? |hohe[nr]? |felsige[nr]? |zerklüftete[nr]? |"
            r"wilde[nr]? )*(?:meeres|steil|fels(?:en)?|kreide)?(?:klippen?|küste|küsten)"
            r"(?: (?:am|über dem|überm) meer)?|felsen am meer|felsen über dem meer",
            "street": r"(?:nasse[nr]? |neonbeleuchtete[nr]? |belebte[nr]? |regennasse[nr]? |leere[nr]? |"
            r"glänzende[nr]? |nächtliche[nr]? )*(?:neon|stadt|einkaufs|geschäfts)?-?(?:stra(?:ß|ss)en?|gassen?)"
            r"(?: (?:in|von) (?:tokio|tokyo|shibuya))?"
            r"(?: (?:voller|mit|voll|im|aus)(?: (?:leuchtende[nr]?|bunte[nr]?|spiegelnde[nm]?|"
            r"nasse[nmr]?|helle[nr]?|und|neon\w*|lichtern|boden|schildern|reklamen))+)?"
            r"|(?:leuchtende[nr]? |bunte[nr]? |grelle[nr]? )*neon(?:schildern?|lichtern?|lichte?|reklamen?|"
            r"beleuchtung|farben|leuchten|röhren|beleuchtete\w*|stadt|viertel)?"
            r"(?: spiegeln sich auf)?|tokio|tokyo|shibuya",
            "beach": r"(?:leere[nr]? |einsame[nr]? |weiße[nr]? |weite[nr]? )*(?:sand|meeres|palmen)?"
            r"strand(?:es|s|e|promenade)?(?: am meer)?|strände[n]?|am meer|am ufer des meeres|meeresufer"
            r"|dünen (?:am meer|an der (?:see|küste|nordsee|ostsee))"
            r"|auf (?:dem|offenem) meer(?: vor (?:dem|einem) (?:sand)?strand)?|auf hoher see"
            r"|auf den wellen(?: vor (?:dem|einem) (?:sand)?strand)?",
            "desert": r"(?:heiße[nr]? |weite[nr]? |endlose[nr]? |trockene[nr]? |hohe[nr]? |in |der |einer |ringsum )*"
            r"(?:sand)?(?:wüsten?|dünen)(?:landschaft|sand)?(?: (?:der sahara|mit sanddünen|voller sanddünen))?|sahara|gobi",
            "forest": r"(?:tief |dichte[nr]? |dunkle[nr]? |stille[nr]? |tiefe[nr]? |herbstliche[nr]? |"
            r"grüne[nr]? )*(?:nadel|laub|kiefern|birken|tannen|buchen|regen|herbst|ur)?"
            r"(?:wald|walde?s|wälder|wäldern|waldweg|waldlichtung)"
            r"|zwischen (?:den |hohen |alten )*bäumen(?: eines)?(?: waldes)?|unter bäumen",
            "meadow": r"(?:grüne[nr]? |saftige[nr]? |weite[nr]? |blühende[nr]? )*(?:berg|alm|blumen|"
            r"frühlings|alpen)?(?:wiesen?|alm(?:en)?|weiden?)"
            r"(?: (?:vor|am fuß der|unter|unterhalb der)(?: den| hohen| der)* bergen?)?|grasland"
            r"|grüne[snm]? feld",
            "mountains": r"(?:verschneite[nr]? |schneebedeckte[nr]? |hohe[nr]? |hohes |felsige[nr]? |in |den |die |eine[rm]? |im )*"
            r"(?:bergen?|(?:hoch)?gebirges?|berglandschaft|berggipfeln?|gipfeln?|alpen|bergpfad|bergwelt|himalaya|"
            r"dolomiten|anden|matterhorn)(?: mit verschneiten gipfeln| ragen verschneite gipfel auf| im hintergrund)?",
            "river": r"(?:breite[nr]? |ruhige[nr]? |am |einem |dem |auf |der |an )*"
            r"(?:fluss(?:es|ufers?|promenade)?|flüssen?|kais?|uferpromenade|flussufers?)"
            r"(?: (?:in|durch|vor|am|einer?|eine|der|alten?|altstadt|stadt|fluss|kathedrale|und))*"
            r"|(?:eine |der |die |einer )*kathedralen?(?: erhebt sich über dem fluss)?|"
            r"(?:eine |der |die |einer )*(?:altstadt|alten? stadt)(?: am fluss)?|münster|"
            r"(?:kölner )?dom(?:s|es)?|rhein|seine(?= (?:in|bei) paris)|themse|donau",
            "snow": r"(?:tief(?:e[nmr]?)? |frische[nmr]? |weite[nr]? |hohe[nmr]? )*"
            r"(?:schnee(?:feld|feldern?|landschaft|decke|fläche|wehen)?|neuschnee|pulverschnee|tiefschnee)"
            r"(?: bedeckt den boden)?"
            r"|(?:tief)?verschneit\w*(?: (?:feld|felder|landschaft|wiese|ebene))?|schneebedeckt\w*"
            r"(?: (?:feld|boden|ebene|wiese))?|winterlandschaft",
        },
        "subject": {
            "puppies": r"golden[- ]retrievers?(?:-?welpen?|-?hunde?n?| welpen?)?|retrievern?|"
            r"golden[- ]retrievern|hundewelpen?|welpen?|hunde?n?|hundes|hündchen|hündin|hundebabys?|"
            r"labradore?n?|vierbeiner|wuffis?",
            "dancer": r"(?:ballett?)?-?tänzerin(?:nen)?|ballerin(?:a|as|en)"
            r"|(?:tanzende[nr]?|pirouetten drehende[nr]?) (?:frau|dame|mädchen)|(?:frau|dame|mädchen)(?=[^.,;]{0,60} tanz(?:t|end)\b)",
            "runner": r"(?:(?:läufer|jogger|sportler)(?:n|s|in|innen)?|mann|frau|person|jemand|mensch)"
            r"(?=[^.]{0,80}\blaufb[aä]nd)|"
            r"(?:auf |einem |dem |ein |das )*laufb[aä]nd(?:e?s|er|ern)?",
            "woman": r"frau(?:en)?|damen?|geschäftsfrau(?:en)?",
            "man": r"mann(?:e?s)?|männer[n]?|herrn?|herren|kerle?|typ",
            "astronaut": r"(?:astronaut|kosmonaut|taikonaut)(?:en|in|innen)?|(?:welt)?raumfahrer"
            r"(?:n|s|in|innen)?",
            "bear": r"(?:braune[nrms]? )?bär(?:en|in)?|(?:braun|grizzly|grizzli)bär(?:en|in)?|"
            r"grizzl(?:y|ys|i|is)|meister petz",
            "horse": r"pferd(?:e|en|es|s|chen)?|hengst(?:e|en|es|s)?|stuten?|ponys?|schimmels?|rappen?",
            "cat": r"(?:haus)?katzen?|kätzchens?|kater(?:n|s)?|stubentiger|mieze\w*",
            "bird": r"v[oö]geln?|vogels|möwen?|krähen?|raben?",
            "boat": r"(?:segel)?boote?(?:s|n|es)?|segelschiffe?(?:s|n|es)?|(?:segel)?yachten?|(?:segel)?jachten?|segler",
            "glass": r"(?:trink|wasser|wein|sekt)?gl(?:as|ases|äser|äsern)(?: wasser| wein| milch| bier)?",
            "ball": r"(?:gummi|wasser|strand|spiel|spring)?b(?:all|älle|ällen|alls|alles)",
            "car": r"(?:sport|renn)?wagens?|autos?|pkws?|automobile?n?|limousinen?|sportautos?|cabrios?",
            "eye": r"auges?|augen",
        },
        "action": {
            "run": r"renn(?:t|en|end\w*)|rannten?|jogg(?:t|en|end\w*)|sprinte(?:t|n|nd\w*)|"
            r"flitz(?:t|en|end\w*)|galoppier(?:t|en|end\w*)|läuft schnell|laufen schnell|ras(?:t|en)|"
            r"prescht|stürm(?:t|en)|eil(?:t|en)|hetz(?:t|en)|trab(?:t|en)",
            "walk": r"geh(?:t|en|end\w*)|gingen?|spazier(?:t|en|end\w*)|läuft|laufen|laufend\w*|"
            r"schlender(?:t|n|nd\w*)|wander(?:t|n|nd\w*)|schreite(?:t|n|nd\w*)|trotte(?:t|n|nd\w*)|"
            r"stapf(?:t|en|end\w*)|bummel(?:t|n)|marschier(?:t|en)|stolzier(?:t|en)|tapp(?:t|en)|"
            r"streif(?:t|en)|zieht|schleich(?:t|en|end\w*)",
            "stand": r"steh(?:t|en|end\w*)|standen?|warte(?:t|n|nd\w*)|verharr(?:t|en)|"
            r"park(?:t|en|end\w*)|geparkt\w*|auf (?:dem|einem) (?:\w+ )?tisch(?: steh(?:t|end\w*))?",
            "play": r"spiel(?:t|en|end\w*)|gespielt|tob(?:t|en|end\w*)|toll(?:t|en|end\w*)|"
            r"herumtoll\w*|balg(?:t|en)|rauf(?:t|en)|verspielt\w*|tummel(?:t|n)",
            "bounce": r"hüpf(?:t|en|end\w*)|spring(?:t|en|end\w*)|prell(?:t|en)|hops(?:t|en)|"
            r"auf und ab",
            "roll": r"roll(?:t|en|end\w*)|kuller(?:t|n|nd\w*)",
            "drive": r"fähr(?:t)|fahren|fahrend\w*|fuhr|braus(?:t|en|end\w*)|ras(?:t|en|end\w*)|"
            r"roll(?:t|en|end\w*)|saus(?:t|en)|düs(?:t|en)",
            "dance": r"tanz(?:t|en|end\w*)(?: ballett)?|ballett",
            "turn": r"(?:sich )?dreh(?:t|en|end\w*)(?: sich)?(?: \w+)?(?: im kreis| pirouetten?)?|pirouetten?(?: dreh\w*)?|"
            r"wirbel(?:t|n|nd\w*)|kreisel(?:t|n)",
            "jump": r"(?:in die luft )?spring(?:t|en|end\w*)(?: in die luft)?|hüpf(?:t|en|end\w*)",
            "fly": r"flieg(?:t|en|end\w*)|gleite(?:t|n|nd\w*)|segel(?:t|n|nd\w*)|schweb(?:t|en|end\w*)|kreis(?:t|en|end\w*)",
            "sail": r"segel(?:t|n|nd\w*)|fähr(?:t)|fahren|fahrend\w*|gleite(?:t|n|nd\w*)|treib(?:t|en|end\w*)|schipper(?:t|n)",
            "fall": r"(?:(?:vom|von einem) tisch |zu boden )?(?:fäll(?:t)|fallen(?:d\w*)?|stürz(?:t|en|end\w*)|kipp(?:t|en))"
            r"(?: (?:vom|von einem|vom rand des) tisch(?:es)?| herunter| zu boden| auf den boden)*"
            r"|zerbr(?:icht|echen)|zerspring(?:t|en)|zersplitter(?:t|n)|zerschell(?:t|en)|(?:vom|von einem) tisch",
            "look_right": r"(?:(?:schau|blick|guck|seh|wander|beweg)\w* )?von links nach rechts"
            r"(?: (?:schau|blick|guck|sieht|seh|wander)\w*)?"
            r"|(?:schau|blick|guck|sieh)\w* nach rechts",
            "look_left": r"(?:(?:schau|blick|guck|seh|wander|beweg)\w* )?von rechts nach links"
            r"(?: (?:schau|blick|guck|sieht|seh|wander)\w*)?"
            r"|(?:schau|blick|guck|sieh)\w* nach links",
        },
    },
}
#: What a verb means only for one subject.
MORE_ACTIONS: dict[str, dict[str, dict[str, str]]] = {
    "en": {"runner": {"run": r"train(?:s|ing)?|walk(?:s|ing)?"}},
    "de": {
        "runner": {"run": r"läuft|laufen|laufend\w*|lief|trainier(?:t|en|end\w*)|geht"},
        "puppies": {"run": r"läuft|laufen|laufend\w*|lief(?:en)?"},
        "horse": {"run": r"läuft|laufen|laufend\w*|lief(?:en)?"},
        "eye": {"look_right": r"(?:nach rechts)", "look_left": r"(?:nach links)"},
    },
}

#: Words that speak about an attribute with values outside the vocabulary.
BESIDES = {
    "en": {
        "tempo": r"time-?lapse|fast[- ]forward|sped[- ]up|hyperlapse",
        "camera": r"tilt\w*|racking focus|shaking|shaky|handheld|point of view|pov|low angle|"
        r"high angle|top-?down|camera|zoom\w*|pan(?:s|ning)|front view|side view|time-?lapse|timelapse",
        "style": r"water-?colou?r\w*|oil painting|paint(?:ing|ed|erly)|cyberpunk|van gogh|ukiyo|"
        r"hokusai|pixel art|cartoon\w*|animat(?:ed|ion)|3d|surreal\w*|comic|claymation|stop motion|"
        r"origami|papercraft|art deco|render\w*|illustration|sepia|vintage film|style|hand-drawn|"
        r"lego|drawing|drawn",
        "weather": r"storm\w*|hail|lightning|thunder|wind(?:y)?|tornado|hurricane|smoke|dust ?storm|"
        r"sandstorm|kitchen|underwater",
        "light": r"dawn|sunrise|morning|afternoon|candle\w*|lamp\w*|spotlight\w*|backlit|firelight|"
        r"aurora|studio light\w*|torch\w*|fireworks|dark\w*|sun|underwater",
        "place": r"city|town|village|park|garden|lake|ocean|sea|space|sky|"
        r"kitchen|house|cafe|bar|restaurant|indoors?|inside|underwater|island|jungle|valley|canyon|"
        r"road|highway|bridge|studio|gym|office|school|church|castle|museum|field|desk|table|"
        r"paris|london|berlin|new york|moon|galaxy|planet|train|station|countryside|coast",
    },
    "de": {
        "tempo": r"zeitraffer\w*|beschleunigt\w*",
        "camera": r"neigt|handkamera|wackel\w*|froschperspektive|kamera\w*|zoom\w*|zeitraffer\w*",
        "style": r"aquarell\w*|öl(?:gemälde|bild|malerei)|gemälde|gemalt\w*|cyberpunk|zeichentrick\w*|"
        r"comic\w*|pixel\w*|animiert\w*|animation\w*|3d\S*|surreal\w*|knete\w*|stil|zeichnung|sepia",
        "weather": r"sturm|stürmisch\w*|hagel\w*|gewitter\w*|blitz\w*|wind(?:ig\w*)?|orkan|rauch|"
        r"küche|unter wasser",
        "light": r"morgens?|morgenlicht|morgengrauen|sonnenaufgangs?|nachmittags?|kerzen\w*|lampen\w*|"
        r"polarlicht\w*|scheinwerfer\w*|vormittags?|feuerschein|dunkel\w*|sonne\w*",
        "place": r"stadt|dorf|park|garten|see|ozean|meer|weltraum|all|himmel|"
        r"küche|haus|café|cafe|bar|restaurant|unter wasser|insel|dschungel|tal|schlucht|"
        r"landstraße|autobahn|brücke|studio|büro|schule|kirche|schloss|museum|feld|tisch|paris|"
        r"london|berlin|mond|galaxie|bahnhof|zug",
    },
}

#: Scenery that belongs to a place and needs no telling.
SCENERY = {
    "en": r"(?:crashing |breaking )?waves?(?: \w+ing)?(?: (?:roll|break|crash|lap|beat)(?:s|es|ing)?)?"
    r"(?: (?:on|onto|against|at|into))?|(?:a |the )?blue sky|wet,? reflect(?:ing|ive) (?:ground|asphalt)"
    r"|wet (?:ground|asphalt|pavement)|mountains? (?:behind|in the background)",
    "de": r"wellen(?: (?:rollen|brechen|schlagen|branden))?(?: an| gegen)?|blaue[rmn]? himmel|"
    r"nasse[rmn]?,? spiegelnde[rmn]? boden|spiegelnde[rmn]? boden|nasse[rmn]? (?:boden|asphalt)|"
    r"berge im hintergrund|ragen aus dem meer",
}
DESERTED = {
    "en": r"\b(?:no ?one|nobody|no people|without (?:people|anyone)|uninhabited)\b",
    "de": r"\b(?:menschenleer\w*|niemand|ohne menschen|keine menschen|unbewohnt\w*)\b",
}
WHOSE_EYE = {
    "en": r"\w+'s? (?:\w+ )?eye\b|\beye of (?:an? |the )|close-?up of (?:an? )?(?:\w+ ){0,3}eye",
    "de": r"\bauge (?:einer|eines|von|der|des)\b",
}
PLURALS = {
    "en": r"(?!.*(?:ss)$).*s|men|women|.*men|.*women",
    "de": r"frauen|damen|männern?|herren|.*autos|.*bällen?|.*bälle|pferden?|hengsten?|bären|.*bären|"
    r"welpen|.*welpen|.*hunden?|augen|astronauten|.*nauten|.*innen|raumfahrern|grizzlys|.*retrievern|"
    r".*katzen|katzen|katern?|vögeln?|möwen|krähen|raben|.*booten?|.*schiffen?|.*gläsern?|gläsern?|läufern|"
    r"joggern|sportlern|ballerinen|.*retriever|wagen|raumfahrer|stuten|ponys|limousinen|kerle|rappen|.*babys",
}
#: What looks like a plural and is none.
SINGULARS = {
    "en": r"(?!)",
    "de": r"\b(?:der|dieser|mein|dein|unser) (?:\w+er? )?(?:kater|raumfahrer|wagen|\w*retriever)$",
}

COLOR_WORDS = {
    "en": {
        "red": "(?:dark |bright |deep )?(?:red|scarlet|crimson|ruby)",
        "blue": "(?:dark |light |bright |navy |sky |deep |sky-|navy-)?blue|navy|azure",
        "green": "(?:dark |light |bright |emerald )?green|emerald",
        "yellow": "(?:bright |light )?yellow",
        "white": "(?:bright |snow-?)?white",
        "black": "(?:jet[- ]?|deep )?black",
        "brown": "(?:dark |light |hazel )?brown|hazel|chestnut",
        "gray": "(?:dark |light |silver[- ]?)?gr[ae]y|silver",
    },
    "de": {
        color: rf"(?:dunkel|hell|knall|feuer|leuchtend |tief|schnee|himmel|kirsch|gras)?(?:{stem})"
        r"(?:e[nmrs]?)?"
        for color, stem in {
            "red": "rot",
            "blue": "blau",
            "green": "grün|gruen",
            "yellow": "gelb",
            "white": "weiß|weiss",
            "black": "schwarz",
            "brown": "braun",
            "gray": "grau",
        }.items()
    },
}
_DRESS_EN = r"(?:dress|gown)"
_TOP_EN = r"(?:jacket|coat|shirt|t-shirt|suit|sweater|hoodie|pullover|vest|raincoat|parka|blazer)"
_SKIRT_EN = r"(?:skirt|outfit|clothes|robe|sari|costume|" + _TOP_EN[3:]
_DRESS_DE = r"\w*kleid\w*"
_TOP_DE = r"(?:\w*(?:jacke|mantel|hemd|anzug|pullover|pulli|t-shirt|shirt|trikot|weste|sakko)s?)"
_ADJ2 = r"(?: (?!a |an |the |and |with |in |on |of )[\w-]+,?){0,2}"
_ADJ2_DE = r"(?: (?!ein|der |die |das |und |mit |in |im |auf )[\w-]+,?){0,2}"


def _worn_en(garment: str) -> tuple[str, ...]:
    return (
        rf"COLOR(?:,| and \w+)?{_ADJ2} {garment}",
        rf"{garment} (?:is|was|that is|which is|in)(?: \w+ly| a)? COLOR",
    )


def _worn_de(garment: str) -> tuple[str, ...]:
    return (
        rf"COLOR,?{_ADJ2_DE} {garment}",
        rf"{garment},? (?:ist|war|das|die|in)(?: \w+ly)? COLOR",
    )


_PLAIN_EN = (
    r"(?:dressed|clad|clothed|wearing|woman|lady|man|all|[§¤]·*) (?:all )?(?:in )?COLOR"
    r"(?! \w+(?:light|room|car|house))",
    r"in COLOR(?=[.,]|$| on| at| walk| stand| run)",
)
_PLAIN_DE = (r"(?:ganz )?in COLOR(?= gekleidet|[.,]|$| geht| steht)", r"COLOR gekleidete?\w*")
#: Subject -> where its colour stands, the surest first; "thing" is for all others.
COLOR_PATTERNS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        **dict.fromkeys(
            ("woman", "dancer"), (*_worn_en(_DRESS_EN), *_worn_en(_SKIRT_EN), *_PLAIN_EN)
        ),
        **dict.fromkeys(
            ("man", "runner"),
            (*_worn_en(_TOP_EN), r"COLOR(?: \w+)? (?:clothes|outfit)", *_PLAIN_EN),
        ),
        "thing": (
            rf"COLOR(?:,| and \w+|-colou?red|-eyed)?{_ADJ2} [§¤]·*",
            r"[§¤]·*(?: ·+)?,? (?:that |which )?(?:is|are|was|painted|in|looks|has a)"
            r"(?: very| bright| a| painted| shiny)* COLOR",
            r"(?:paint|coats?|iris|fur|colou?r|lacquer|mane|hull|sails?|feathers|plumage)(?: \w+)?"
            r" (?:is|are|in) COLOR",
            r"COLOR (?:paint|coats?|iris|fur|lacquer|hull|sails?|feathers|plumage)",
        ),
    },
    "de": {
        **dict.fromkeys(
            ("woman", "dancer"),
            (*_worn_de(_DRESS_DE), *_worn_de(r"\w*rock"), *_worn_de(_TOP_DE), *_PLAIN_DE),
        ),
        **dict.fromkeys(("man", "runner"), (*_worn_de(_TOP_DE), *_PLAIN_DE)),
        "thing": (
            rf"COLOR,?{_ADJ2_DE} [§¤]·*",
            r"[§¤]·*(?: ·+)?,? (?:das |der |die )?(?:ist|sind|war|in)(?: ganz| sehr)? COLOR",
            r"[§¤]·*, (?:das |der |die )?COLOR (?:ist|sind)",
            r"(?:lack|fell|iris|farbe|mähne|rumpf|segel|gefieder)(?: \w+){0,2} (?:ist|sind|in) COLOR",
            r"COLOR (?:lack|fell|iris|rumpf|segel|gefieder)",
        ),
    },
}

NUMBER_WORDS = {
    "en": {
        "a": 1, "an": 1, "one": 1, "single": 1, "this": 1, "two": 2, 
         "both": 2,  "three": 3, "four": 4, "five": 5, "six": 6,
        "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "several": 99, "many": 99,
        "some": 99,
    },
    "de": {
        "ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "zwei": 2,
        "zweier": 2, "beide": 2, "drei": 3, "dreier": 3, "vier": 4, "fünf": 5, "sechs": 6,
        "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "zwölf": 12, "mehrere": 99, "viele": 99,
        "einige": 99,
    },
}  # fmt: skip

PREPOSITIONS = {
    "en": "in|on|at|through|across|inside|into|under|beneath|near|beside|along|over|around|behind|"
    "between|by|to|from|above|within|down|up",
    "de": "in|im|ins|an|am|ans|auf|aufs|durch|über|unter|neben|vor|hinter|zwischen|bei|beim|zum|zur|"
    "aus|entlang|um",
}
TELLING = {
    "en": _words(
        "a the of and with on at by is are her his its it she he an while through across from to "
        "black white red walking running"
    ),
    "de": _words(
        "ein eine einen einem einer eines der die das den dem des und mit auf im am bei von nach "
        "durch über ist sind ihr sein es sie er nachts zwei drei unter aus zum zur nicht kein "
        "keine ohne auge wald mann frau hund bär schnee"
    ),
}
_FILLERS_EN = (
    "a an the of and with while in on at by is are was were be being her his its it she he they "
    "their that which who this these there here from to into as through across along over under "
    "down up around among between behind beyond beneath above near beside front before "
    "into out off so very quite all some any no not without only just also but or then "
    "where when during around slowly slow quickly quick fast calmly calm happily happy quietly "
    "quiet gently gentle softly soft up down steadily casually confidently peacefully "
    "alone lone single lonely young old little small big large huge tall tiny cute adorable "
    "beautiful stunning pretty lovely stylish elegant fluffy furry shiny golden long wide empty "
    "deserted rise peaceful space suit serene cinematic video film movie clip shot scene view footage picture "
    "image place photo human bright dark dense deep wet warm cold light lights ground still "
    "surface style lit glowing lonely rugged rocky majestic nice great closer wild wearing wears "
    "dressed dress jacket has have having does do shows show showing seen see s one city night "
    "side face towards toward another together each other their sun sky landscape sea ocean sand "
    "sandy grass grassy green snow water camera drone filling fresh reflecting reflective "
    "colorful reflections mirror hot graceful gracefully fit simple far window float floating air table floor everything happens frame"
)
_FILLERS_DE = (
    "ein eine einen einem einer eines der die das den dem des und mit während in im an am auf bei "
    "durch über unter von vom nach zu zum zur aus vor hinter neben zwischen entlang um ist sind "
    "war wird werden sein seine seinem seiner ihr ihre ihrem ihrer er sie es man wo der die "
    "welche welcher welches dort hier da als wie auch noch nur sehr ganz so nicht kein keine ohne "
    "langsam langsame langsamer schnell schnelle ruhig ruhige gemächlich fröhlich fröhliche "
    "glücklich still leise sanft allein einsam einsame einsamer jung junge junger junges jungen "
    "alt alte alter altes alten klein kleine kleiner kleines kleinen groß große großer großes "
    "großen süß süße süßer süßen schön schöne schöner schönes schönen elegant elegante stilvolle "
    "niedlich niedliche niedlicher niedlichen glänzend glänzendes glänzender menschlich "
    "menschliches menschlichen schaut blickt flauschige flauschiger hell helle heller dunkel dunkle dunkler nass nasse nassen "
    "leer leere leeren weit weite film video aufnahme szene bild ansicht kamera ort himmel meer "
    "sand wasser boden licht trägt tragen kleid jacke sich herum umher hin her ringsum zeigt sieht "
    "zu sehen ist im raue rauen wilde frische tiefe tief warme warmes weiches goldene goldenes "
    "goldener goldenen einsamen einsames eleganten elegantes glänzenden anmutig anmutige anmutiger anmutigen kreis luft fenster tisch boden alles raum dahinter voller vor"
)
FILLERS = {"en": _words(_FILLERS_EN), "de": _words(_FILLERS_DE)}
#: What may not stand between a number and its noun.
FILLERS_BETWEEN = {
    "en": _words("of and with in on at by is are the through across from to as"),
    "de": _words("und mit in im an am auf bei durch über von nach der die das dem den"),
}
