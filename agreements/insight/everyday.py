"""What does a reader mean who asks as people speak: which words carry a question, what is a task called at home?"""

import re

#: Words of a question that name nothing in the register, in the three languages.
_SMALL = """
    hvem hva hvor hvordan hvilke hvilken hvilket når hvorfor er i på for til av om med og eller som det den de en et
    har gjør driver drifter eier ansvar ansvaret ansvarlig kommune kommunen kommuner min mitt vår vårt sammen samarbeid
    samarbeider samarbeidet koster klager kven kva kvar korleis kva kvifor ein eit ei eig gjer vert
    who what where when which how why is are the a an of in on for to by and or with runs run owns own does do my our
    municipality municipalities cooperation cooperate together responsible
"""
SMALL_WORDS = frozenset(_SMALL.split())

#: Everyday words for tasks, with the codes of what they mean.
TASKS = {
    "renovasjon": "søppel søppeltømming boss bossanlegg avfall gjenvinning miljøstasjon garbage rubbish waste",
    "avlop": "kloakk kloakken avløpsvann sewage",
    "slam": "septik septiktank slamtanken",
    "vann": "drikkevann drikkevatn vannverk vassverk vatn water",
    "brann": "brannvesen brannvesenet brannstasjon brannbil brannmann fire",
    "nodalarm-110": "nødalarm nødsentral alarmsentral",
    "feiing": "feier feieren skorstein pipe",
    "legevakt": "lege legen doktor akutt emergency doctor",
    "sykehjem": "aldershjem gamlehjem sjukeheim pleiehjem",
    "hjemmetjeneste": "hjemmehjelp hjemmesykepleie heimesjukepleie",
    "nav": "sosialkontor sosialhjelp trygdekontor",
    "krisesenter": "vold mishandling",
    "overgrepsmottak": "voldtekt voldtektsmottak overgrep",
    "veterinaervakt": "dyrlege veterinær dyrlegevakt vet",
    "gravferd": "gravlund kirkegård kyrkjegard begravelse",
    "skatteoppkreving": "kemner kemneren skatt",
    "kollektivtransport": "buss bussen trikk bus",
    "akutt-forurensning": "oljevern oljesøl forurensning",
    "ikt-drift": "datadrift dataanlegg",
    "bredband": "fiber internett",
    "idrettsanlegg": "svømmehall idrettshall fotballbane",
    "revisjon": "revisor",
    "ppt": "spesialundervisning",
}
_CODES: dict[str, list[str]] = {}
for _code, _words in TASKS.items():
    for _word in _words.split():
        _CODES.setdefault(_word, []).append(_code)


def words(text: str) -> list[str]:
    """Return the words of a text, without what stands between them."""
    return re.findall(r"[\w'’-]+", text)


def essential(text: str) -> str:
    """Return a question without its small words: «hvem driver legevakten i Lier» asks for «legevakten Lier»."""
    left = [word for word in words(text) if word.casefold() not in SMALL_WORDS]
    return " ".join(left) or text


def codes(text: str) -> list[str]:
    """Return the codes of the tasks that everyday words in a text mean."""
    return [code for word in words(text.casefold()) for code in _CODES.get(word, [])]
