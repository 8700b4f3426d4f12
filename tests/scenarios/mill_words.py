"""World "mill": products nobody knows. A seed draws their names, entities, grammars, words and how they say good and bad."""
# ruff: noqa: E501, SIM905 (tables and lines are written whole)
# fmt: off

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from tests.scenarios.world import Say


class Field(NamedTuple):
    concept: str
    value: str
    unit: str = ""


PLACES = ("arvo belk corin dunmor elst fjord garda holm ister jarna kelso lomza murau nesk orla pirna quay roth skara tavira ulm vidin wels xanten yate zell braga cheb doksy evora ferrol gmund hradec izola").split()
PEOPLE = ("h.adler mkovac r_silva petra.n tjansen osman.y lgarcia d-weber noor.k svc_relay svc_pack ahmedf juliane c.moreau batch7 opsview pkeller wanda.s ext.lopez fbianchi kiosk03 m.haas irina v.duval jnovak").split()
TOPICS = "ledger parcel tariff roster meter label archive invoice menu timetable claims stock dose route gate".split()
SYLLABLES = ("Or Vant Kest Lum Brax Tel Nov Quil Sarn Hal Pel Dra Mer Fen Zor Ax Cal Ruv Tys Wen".split(),
             "rel ex imu ora ivo ent adi usk ona elo arc ith umo ysta".split(),
             ("", "", "", "n", "x", "mux", "gate", "net", "stor", "flow", "sys", "desk"))

# class: nouns by language
NOUNS = {
    "path": {"en": "tunnel trunk circuit channel bearer span uplink neighbour port leg lane feed", "de": "Strecke Leitung Kanal Gegenstelle", "es": "enlace canal tramo", "fr": "liaison canal voie"},
    "store": {"en": "volume shelf extent bank tray partition spindle mirror", "de": "Datentraeger Speicher Band", "es": "volumen bandeja", "fr": "volume baie"},
    "sense": {"en": "sensor probe pump drive burner valve scale reader fan chiller", "de": "Fuehler Antrieb Geber", "es": "sonda bomba", "fr": "capteur pompe"},
    "queue": {"en": "queue outbox spool mailbox stream backlog topic", "de": "Warteschlange Postfach", "es": "cola buzon", "fr": "file tampon"},
    "proc": {"en": "worker module task agent helper service child", "de": "Dienst Modul Prozess", "es": "servicio modulo", "fr": "service module"},
    "job": {"en": "job run export collection rollup batch transfer", "de": "Auftrag Lauf", "es": "tarea proceso", "fr": "lot traitement"},
    "user": {"en": "account user operator login subscriber", "de": "Benutzer Konto", "es": "usuario cuenta", "fr": "compte utilisateur"},
    "cert": {"en": "certificate licence token key lease", "de": "Zertifikat Lizenz", "es": "certificado licencia", "fr": "certificat licence"},
}

# act, class or *, language: predicates; a pair is said with " / " between bad and good
PHRASES = """
flap path en: went down / came up; lost its partner / found its partner; left service / in service again; dropped / rejoined; carrier gone / carrier present; keepalive missed, released / negotiated
flap path en: suspended / resumed; unplugged / attached; hold time passed, closing / adjacency complete; withdrawn from table / entered in table; cleared by far end / set up
exit proc en: ended / started; left with status 0 / ready; terminated by supervisor / launched; returned / forked; gone / back; finished early, respawning / initialised; relinquished its slot / took a slot
exit proc en: did not answer in time / restarted
glitch path en: frame realigned; resynchronised after slip; checksum differed, asked again; received out of order and dropped; duplicate sequence discarded; renegotiated at lower rate
glitch path en: timer expired, polled once more; noise margin low; far end reported remote alarm; fragment overlap discarded; echo not returned; window closed by peer; MTU probe lost
glitch store en: block read again after mismatch; write took the slow way; parity corrected; journal replayed; scrub found 1 difference; command reissued after timeout; sector moved; cache flushed late
glitch store en: handle stale, reopened; snapshot skipped, busy
glitch sense en: lost step, rehomed; value implausible, replaced; brief undervoltage noted; no echo, repeated; calibration redone; contact bounce filtered; stroke incomplete, repeated; tacho pulse missing
glitch sense en: zero point moved; warm-up extended
glitch queue en: message put back; consumer detached; duplicate delivery suppressed; ack late; entry parked; lock waited for; poison entry set aside; partner answered 451, kept; depth mark passed
glitch queue en: offset reset to earliest; digest mismatch
glitch proc en: unexpected reply, ignored; watchdog touched late; handle table compacted; assertion soft-failed; ran without cache; dependency slow, default used; thread pool exhausted briefly
glitch proc en: rejected malformed record; schema version differs
outage * en: out of service, all work halted / returned to work; collapsed, clients dropped / accepting clients; frozen / thawed; emergency stop / released; lost / recovered; shut itself off / switched on
refused user en: not accepted; credentials did not match; sign-in declined; presented a wrong secret; challenge not met; turned away at door; was denied a session; PIN mismatch; bind rejected, code 49
refused user en: ticket not honoured || done job en: complete; closed; finished; written out; delivered; handed over; committed; concluded; end of run
reading * en: reading; report; sampled; status; gauge; measured; poll; snapshot || expiry cert en: still valid; inventory; validity checked; on file; in use; counted
renewed cert en: replaced; issued anew; extended; rolled over || renew cert en: renewal requested, no reply; order pending at issuer; extension asked for; enrolment postponed; challenge left open
beat proc en: alive; tick; still here; heartbeat; keepalive sent; I am well; present; checked in
lead path en: took the lead; is primary now; elected; became active; holds the token; owns the address; promoted
change * en: revision activated; firmware committed; profile loaded; package set applied; settings saved; image switched
spread proc en: met an unknown profile; learned route tag 77; loaded module not in manifest; opened listener; saw peer list change; asked for a policy it does not own; table signature differs from template
spread proc en: adopted foreign clock; new signer seen || session user en: service mode entered; console opened; shell granted; maintenance door opened; remote hand taken; elevated
claim path en: address also claimed; identity seen elsewhere; moved; owner changed; registered from other place; announced by
talk path en: session opened; session closed; request served; lookup answered; roamed; flow aged out; poll answered; greeting sent
talk store en: read ahead; page cached; segment sealed; flush done; index touched; blob fetched; housekeeping pass
talk sense en: cycle; position reached; set point taken; piece counted; door cycle; batch weighed; gate passed
talk queue en: message accepted; message forwarded; delivered; picked up; acknowledged; routed; enqueued
talk proc en: request done; config read; token refreshed; cache hit; wake up; call returned; step finished; lease taken || talk user en: signed in; signed out; changed page; query sent; printed; badge read
flap path de: nicht erreichbar / wieder erreichbar; Stoerung kommend / Stoerung gehend; getrennt / verbunden || flap path es: sin respuesta / responde de nuevo; caido / restablecido
flap path fr: hors service / en service; perte de porteuse / porteuse presente || exit proc de: beendet / gestartet; abgemeldet / angemeldet || exit proc es: finalizado / arrancado
exit proc fr: arrete / demarre || glitch path de: Telegramm wiederholt; Pruefsumme falsch, nochmals angefordert; Synchronisation verloren, neu gesetzt
glitch store de: Block nachgelesen; Schreibzugriff verzoegert || glitch sense de: Wert unplausibel, ersetzt; Referenzfahrt wiederholt || glitch queue de: Nachricht zurueckgestellt; Quittung verspaetet
glitch proc de: Antwort unerwartet, verworfen; Zeitueberschreitung, Vorgabe benutzt || glitch path es: trama repetida; suma no coincide, se pide otra vez; pierde sincronismo
glitch store es: bloque releido; escritura lenta || glitch sense es: valor no creible, sustituido; ciclo repetido || glitch queue es: mensaje devuelto a la cola; acuse tardio
glitch proc es: respuesta inesperada, ignorada; sin cache, continua || glitch path fr: trame repetee; somme erronee, nouvelle demande; resynchronise || glitch store fr: bloc relu; ecriture differee
glitch sense fr: valeur aberrante, remplacee; cycle repete || glitch queue fr: message remis en file; accuse tardif || glitch proc fr: reponse inattendue, ignoree; delai depasse, valeur par defaut
outage * de: ausgefallen / wieder in Betrieb || outage * es: parada total / en marcha || outage * fr: arret complet / reprise || refused user de: Anmeldung abgewiesen; Kennwort passt nicht
refused user es: acceso no concedido; clave incorrecta || refused user fr: connexion refusee; mot de passe errone || done job de: abgeschlossen; fertig || done job es: terminada; completado
done job fr: termine; cloture || reading * de: Messwert; Stand || reading * es: lectura; medida || reading * fr: mesure; releve || expiry cert de: gueltig; geprueft || expiry cert es: vigente
expiry cert fr: valide || renewed cert de: erneuert || renewed cert es: renovado || renewed cert fr: renouvele || renew cert de: Verlaengerung beantragt, Antwort steht aus
renew cert es: renovacion solicitada, sin respuesta || renew cert fr: renouvellement demande, en attente || beat proc de: Lebenszeichen; laeuft || beat proc es: vivo; presente
beat proc fr: en vie; present || lead path de: hat uebernommen; ist jetzt fuehrend || lead path es: toma el mando; ahora principal || lead path fr: prend la main; devient actif
change * de: neuer Stand aktiviert; Konfiguration uebernommen || change * es: version activada; configuracion aplicada || change * fr: version activee; configuration appliquee
spread proc de: unbekanntes Profil uebernommen; fremde Signatur gesehen || spread proc es: perfil desconocido cargado || spread proc fr: profil inconnu charge
session user de: Wartungsmodus betreten; Konsole geoeffnet || session user es: modo servicio abierto || session user fr: mode service ouvert || claim path de: Adresse doppelt gemeldet
claim path es: direccion reclamada tambien || claim path fr: adresse aussi annoncee || talk path de: Verbindung auf; Verbindung ab || talk store de: Seite geschrieben
talk sense de: Zyklus fertig; Teil gezaehlt || talk queue de: Nachricht angenommen || talk proc de: Schritt fertig || talk user de: angemeldet; abgemeldet || talk path es: sesion abierta; sesion cerrada
talk store es: pagina escrita || talk sense es: ciclo hecho || talk queue es: mensaje aceptado || talk proc es: paso hecho || talk user es: entra; sale || talk path fr: session ouverte; session close
talk store fr: page ecrite || talk sense fr: cycle fini || talk queue fr: message accepte || talk proc fr: etape finie || talk user fr: entree; sortie
"""

KEYS = {
    "duration": "elapsed took runtime dur spent lasted", "size": "written volume payload mb out size",
    "rows": "rows records items entries lines", "kept": "stored kept loaded accepted landed",
    "level": "value reading level now v pv", "share": "used fill occupancy pct load", "left": "days_left remaining validity days ttl_d",
    "count": "total count n sum", "try": "attempt try pass round", "src": "from src via origin remote", "members": "members active legs present",
    "after": "after gap away outage_s", "rev": "rev build to version", "by": "by who holder claimant", "of": "of max nominal configured",
    "ms": "ms rtt latency cost", "seq": "seq nr id ref",
}
STATES = "down/up 0/1 idle/active B/A red/green offline/online waiting/running OOS/INS init/full 2/1 absent/present degraded/normal hold/go".split()
OPENINGS = ("", "", "it was noted that ", "observed: ", "notice, ", "", "supervisor says ")
MARKS = (("rid={hex:8} ", ""), ("", " [{hex:4}-{hex:4}]"), ("thr-{n:1-24} ", ""), ("", " (rel 4.2.1)"), ("#{n:10000-99999} ", ""), ("", " @{n:100000-999999}"))
STYLE_POOL = ("bsd bsd iso iso rfc5424 rfc5424 ios huawei kv topics procurve snare agent asa sd epoch bracket").split()


def _bank() -> dict[tuple[str, str, str], list[str]]:
    out: dict[tuple[str, str, str], list[str]] = {}
    for entry in PHRASES.strip().replace(" || ", "\n").splitlines():
        head, _, said = entry.partition(": ")
        act, cls, lang = head.split()
        out.setdefault((act, cls, lang), []).extend(said.split("; "))
    return out


BANK = _bank()


def camel(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))


def snake(text: str) -> str:
    return "_".join(re.findall(r"[A-Za-z0-9]+", text)).lower()


class Product:
    """One product: how it is called, what it looks after and how it speaks."""

    def __init__(self, r: random.Random, style: str, grammars: Sequence[str], lang: str, used: set[str]) -> None:
        self.r, self.style, self.lang, self.used = r, style, lang, used
        self.name = "".join(r.choice(part) for part in SYLLABLES)
        while self.name in used:
            self.name = "".join(r.choice(part) for part in SYLLABLES)
        used.add(self.name)
        self.vendor = r.choice(PLACES).title() + r.choice((" Systems", "tec", " AG", " & Co", "ware"))
        self.grammars = grammars
        self.polarity = r.choice(("words", "words", "words", "state", "state", "code", "none"))
        self.states = r.choice(STATES).split("/")
        self.layout = r.randrange(5)
        self.opening = r.choice(OPENINGS) if lang == "en" else ""
        self.names = r.choice((("ev", "obj"), ("event", "name"), ("type", "id"), ("act", "target"), ("msg", "res"), ("what", "unit")))
        self.lead, self.tail = r.choice((("", ""),) * 5 + MARKS)
        self.base = r.randrange(1, 90) * 100
        self.prefix = r.choice(("", "E", "M-", self.name[:2].upper() + "-", "0x", "#"))
        self._drawn: dict[str, str] = {}
        self._codes: dict[str, int] = {}

    def once(self, what: str, among: Sequence[str]) -> str:
        if what not in self._drawn:
            free = [x for x in among if x not in self.used] or list(among)
            self._drawn[what] = self.r.choice(free)
            if not what.startswith(("key", "grammar")):
                self.used.add(self._drawn[what])
        return self._drawn[what]

    def noun(self, cls: str) -> str:
        nouns = NOUNS[cls]
        return self.once("noun" + cls, (nouns.get(self.lang) or nouns["en"]).split())

    def phrase(self, act: str, cls: str, which: int = 0, key: str = "") -> str:
        banks = [BANK[act, c, g] for g in (self.lang, "en") for c in (cls, "*") if (act, c, g) in BANK]
        of = next((bank for bank in banks if not self.used.issuperset(bank)), banks[0])
        return self.once(f"phrase{act}{cls}{key}", of).split(" / ")[which]

    def key(self, concept: str) -> str:
        return self.once("key" + concept, KEYS[concept].split())

    def code(self, act: str) -> str:
        if act not in self._codes:
            self._codes[act] = self.base + len(self._codes) * 7 + self.r.randrange(5)
        return f"{self.prefix}{self._codes[act]}"

    def entity(self, cls: str) -> str:
        """A pattern of its names; filled, the name of one thing."""
        n = self.noun(cls)[:3].lower()
        if cls == "user":
            return "{pick:" + "|".join(PEOPLE[:20]) + "}"
        where = "{pick:" + "|".join(PLACES) + "}"
        topic = "{pick:" + "|".join(TOPICS) + "}"
        patterns: tuple[str, ...] = (n + "-" + where, n + "{n:1-64}", n.upper() + "{n:100-980}", where + "/{n:1-9}", topic + "-" + where, "{n:1-8}/{n:1-48}",
                    n.upper() + "_" + topic + "{n:1-9}", topic + "." + where, where + "{n:1-40}")
        if cls in ("job", "cert"):
            patterns = (topic + "-" + where, topic + "_" + where, where + "." + topic, n + "." + topic + "{n:1-9}", "{pick:" + "|".join(TOPICS).upper() + "}{n:10-99}")
        return self.once("entity" + cls, patterns)

    def line(
        self, act: str, cls: str, severity: int, *fields: Field, which: int = 0, key: str = "", entity: str = "{e}"
    ) -> Say:
        """The template of what it writes about one of its things; pairs have a `which`: 0 bad, 1 good."""
        grammar = self.once("grammar" + cls, self.grammars)
        said, number = self.phrase(act, cls, which, key), f"{act}{cls}{key}{which}"
        if act in ("flap", "exit", "outage"):
            mode = self.polarity
            if mode == "code" and grammar not in _CODED:
                mode = "state"
            if mode == "state":
                said = f"state {self.states[which]}"
            elif mode in ("code", "none"):
                said = "status event" if mode == "code" else "changed state"
                number = f"{act}{cls}{key}{which if mode == 'code' else ''}"
        text = self._written(grammar, said, cls, self.code(number), fields, severity).replace("{e}", entity)
        if grammar not in ("json", "xml", "cef", "pipe"):
            text = self.lead + text + self.tail
        if self.style == "kv":  # the header puts the message into quotes
            text = text.replace('"', "'")
        return severity, self._app(cls, said, number, severity), text

    def _app(self, cls: str, said: str, number: str, severity: int) -> str:
        """What the header style wants beside the message."""
        short = "".join(w[:4] for w in re.findall(r"[A-Za-z]+", said)[:2]).upper() or "EVT"
        noun = self.noun(cls)
        digits = re.sub(r"\D", "", self.code(number)) or "1"
        low = self.name.lower()
        by_style = {
            "ios": f"{noun[:5].upper()}-{severity}-{short}", "asa": f"{self.name[:4].upper()}-{severity}-{digits.zfill(6)}", "huawei": f"{noun[:6].upper()}/{severity}/{short}", "procurve": f"{digits.zfill(5)} {noun[:6].lower()}",
            "topics": f"{low},{noun.lower()},{'info' if severity > 4 else 'warning'}", "snare": f"Application/{self.name}/{digits}", "agent": f"{self.name}-{camel(noun)}/{digits}",
        }
        tail = ("", "d", "-" + noun.lower(), "." + cls, "_" + cls[:3])[self.layout]
        return by_style.get(self.style, low + tail)

    def _written(self, grammar: str, said: str, cls: str, code: str, fields: Sequence[Field], severity: int) -> str:
        noun, (k1, k2) = self.noun(cls), self.names
        pairs = [(self.key(f.concept), f.value, f.unit) for f in fields]
        eq = "".join(f" {k}={v}" for k, v, _ in pairs)
        bare = " ".join(v for _, v, _ in pairs)
        match grammar:
            case "kv":
                return f"{k1}={snake(said)} {k2}={{e}}{eq}" if self.layout < 3 else f'{k2}="{{e}}"{eq} {k1}="{noun} {said}"'
            case "json":
                inner = "".join(f',"{k}":' + (v if f.unit or f.concept in ("count", "try") else f'"{v}"')
                                for (k, v, _), f in zip(pairs, fields, strict=True))
                return f'{{"{k1}":"{camel(noun + " " + said) if self.layout < 3 else said}","{k2}":"{{e}}"{inner}}}'
            case "code":
                return f"{code} {{e}} {bare}".rstrip()
            case "coded":
                return f"[{code}] {noun} {{e}}: {said}" + (f" ({eq.strip()})" if eq else "")
            case "tag":
                return f"{noun.upper()}: {{e}}: {said}" + "".join(f": {k} {v}" for k, v, _ in pairs)
            case "camel":
                return f"{camel(noun)}{camel(said)}({', '.join(['{e}', *(f'{k}={v}' for k, v, _ in pairs)])})"
            case "logger":
                return (f"{('INFO', 'WARN')[severity < 5]}  [{self.vendor.split()[0].lower()}.{camel(noun)}Manager] (exec-{{n:1-16}}) "
                        f"{noun} {{e}} {said}" + (f" [{eq.strip()}]" if eq else ""))
            case "pipe":
                return "|".join([code, noun[:4].upper(), "{e}", said.split(",")[0].upper(), *(v for _, v, _ in pairs)])
            case "cols":
                return (f"{noun.upper():<10}{{e}}  {said:<28}  " + "  ".join(f"{v}{u}" for _, v, u in pairs)).rstrip()
            case "cef":
                return f"CEF:0|{self.vendor}|{self.name}|{self.layout + 2}.1|{code}|{noun} {said}|{9 - severity}|cs1={{e}}{eq}"
            case "rest":
                return f"/{cls}/{noun}/{{e}} -> {snake(said).upper()}" + (f" ?{'&'.join(f'{k}={v}' for k, v, _ in pairs)}" if pairs else "")
            case "passive":
                return f"{noun} {{e}} was reported by {self.name.lower()}-monitor as <{said}>" + "".join(f"; {k} was {v}{u}" for k, v, u in pairs)
            case "xml":
                return f'<{noun.lower()} nr="{code}" ref="{{e}}" is="{said}"' + "".join(f' {k}="{v}"' for k, v, _ in pairs) + "/>"
        units = [(k.replace("_", " "), f"{v}{' ' + u if u else ''}") for k, v, u in pairs]
        listed = ", ".join(f"{k} {v}" for k, v in units)
        sentence = (
            f"{self.opening}{noun} {{e}} {said}" + (f", {listed}" if listed else ""),
            f"{{e}}: {noun} {said}" + (f" ({listed})" if listed else ""),
            f"{said} - {noun} {{e}}" + "".join(f" [{k} {v}]" for k, v in units),
            (f"{listed}: " if listed else "") + f"{noun} {{e}} {said}",
            f"{self.opening}{noun} '{{e}}' {said}" + (f" {_with(fields)}" + " and ".join(f"{k} {v}" for k, v in units) if units else ""),
        )[self.layout]
        return sentence[0].upper() + sentence[1:] if sentence[0].isalpha() else sentence


def _with(fields: Sequence[Field]) -> str:
    return "" if fields and fields[0].concept == "src" else "with "


_CODED = ("code", "coded", "pipe", "cef", "xml")
GRAMMARS = (*_CODED, "kv", "kv", "json", "json", "tag", "camel", "logger", "cols", "rest", "passive", "plain", "plain", "plain", "plain", "plain")


def products(r: random.Random, count: int) -> list[Product]:
    """Products in which no header style, grammar or language has the majority."""
    used: set[str] = set()
    styles, grammars = [*STYLE_POOL], [*GRAMMARS]
    r.shuffle(styles)
    r.shuffle(grammars)
    langs = ["en"] * (count - 3) + r.sample(["en", "de", "es", "fr", "de"], 3)
    out = []
    for k in range(count):
        mine = [grammars[k % len(grammars)], grammars[(k * 5 + 3) % len(grammars)]]
        out.append(Product(random.Random(r.random()), styles[k % len(styles)], mine, langs[k], used))
    return out
