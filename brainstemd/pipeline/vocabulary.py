"""Words that logs are written in, as against names that stand in them. Only the learned layer (classes.py) asks: a word of
this list is text, whatever its neighbours vary in. What is missing here costs a class too many at worst where three or more
such words stand in one frame; states and opposites are kept apart by lexicon.py, not by this list."""

from __future__ import annotations

import re

from brainstemd.pipeline.lexicon import POLAR_WORDS, STATE_WORDS, STATUS_KEYS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Articles, prepositions, pronouns, conjunctions, negations, quantities, order: they carry the sentence and are never a value.
FUNCTION_WORDS = _words(
    """
    a an the this that these those it its he she they we you i his her their our your my me him them us who whom whose
    which what when where why how and or nor but if then else than so as at by for from in into of off on onto out over
    to toward towards under until upon via with within without about above across after against along among around
    before behind below beneath beside besides between beyond despite during except inside like near outside per since
    through throughout till unlike versus is are was were be been being am do does did done doing has have had having
    can could may might must shall should will would not no none never neither nothing nobody nowhere cannot cant wont
    dont doesnt didnt isnt arent wasnt werent all any both each every either few many more most much several some such
    only own same other others another again already also always ever just now once soon still there here too very yet
    back away together apart almost about zero one two three four five six seven eight nine ten hundred thousand first
    second third last next previous former latter initial final new old current old least less half double single
    """
)

# Verbs of life cycles and dealings in their plain form; their -ed, -ing and -s forms are found by their endings.
LIFE_VERBS = _words(
    """
    abort accept accede acquire activate add adopt advertise allocate allow announce append apply approve arm assert assign
    associate attach attempt authenticate authorize await ban begin bind block boot bounce break build call cancel change
    charge check choose clean clear close commit complete configure confirm connect consume converge copy create cut
    deactivate decline decrease deauthenticate decommission decrypt define delete demote deny deploy deregister destroy
    detach detect die disable disarm disassociate discard disconnect dismount down downgrade drain drop eject elect
    emerge empty enable encrypt end enforce enter entry escalate establish evict exceed execute exhaust exit expire export
    extend fail fetch fill find finish fire fix flap flush forget fork format forward free freeze get give grant grow halt
    handle hang heal hold ignore import improve increase infect inform init initialize initiate insert install interrupt
    invalidate invoke join keep kill launch leave lift link listen load lock login logoff logon logout lose lost lower
    match merge migrate mirror miss modify mount move mute negotiate notify open overrun own pair park pass pause permit
    ping place poll populate post power preempt prepare prevent print promote prune publish pull purge push put
    quarantine query quiesce quit raise reach read reauthenticate rebind reboot rebuild receive recharge reconnect
    reconfigure recover recycle redirect reduce refresh refuse register reinitialize reject rekey release reload remove
    rename renew repair repeat replace replay replicate report request require reserve reset resize resolve respond restart
    restore resume resync retain retire retransmit retrieve retry return revert revoke rise roll rotate run save scan
    schedule seal select send serve set shift show shrink shut shutdown sign signal skip sleep spawn spin split stall start
    stop store submit subscribe succeed suspend swap switch sync synchronize take terminate throttle timeout toggle trigger
    trim trip trust try unban unbind unblock unfreeze uninstall unjoin unlink unload unlock unmount unmute unpair unplug
    unregister unseal unsubscribe untrust update upgrade upload download use validate vanish verify view wait wake warn
    watch withdraw write yield won wins lost leads follows primary secondary active passive
    """
)

# The same in other languages that vendors log in, with and without their marks.
_FOREIGN_STATES = _words(
    """
    verbunden getrennt gestartet gestoppt beendet geöffnet geoeffnet geschlossen aktiviert deaktiviert aktiv inaktiv
    gesperrt entsperrt verfügbar verfuegbar erreichbar unerreichbar erfolgreich fehlgeschlagen angemeldet abgemeldet
    ein aus an ab offen zu verloren wiederhergestellt gestört gestoert störung stoerung behoben ausgefallen angenommen
    abgelehnt erlaubt verweigert eingehängt ausgehängt kommt geht gekommen gegangen
    connecté connecte déconnecté deconnecte démarré demarre arrêté arrete ouvert fermé ferme activé active désactivé desactive
    réussi reussi échoué echoue échec echec perdu rétabli retabli accepté accepte refusé refuse autorisé autorise bloqué bloque
    monté monte démonté demonte disponible indisponible
    conectado desconectado iniciado detenido abierto cerrado activado desactivado habilitado deshabilitado éxito exito fallido
    fallo perdido restablecido aceptado rechazado permitido denegado bloqueado montado desmontado encendido apagado
    conectada desconectada abierta cerrada iniciada parada parado ligado desligado aberto fechado falhou sucesso recusado aceito
    connesso disconnesso avviato arrestato aperto chiuso attivato disattivato abilitato disabilitato riuscito fallito perso
    ripristinato accettato rifiutato acceso spento
    verbonden verbroken losgekoppeld gestart gestopt geopend gesloten ingeschakeld uitgeschakeld geslaagd mislukt aan uit hersteld
    połączono rozłączono uruchomiono zatrzymano otwarto zamknięto włączono wyłączono udane nieudane
    подключен отключен запущен остановлен открыт закрыт включен выключен успешно ошибка
    """
)

# Nouns and adjectives of the trade.
_NOUNS = _words(
    """
    access account accounting action activity adapter address adjacency admin administrator agent aggregate alarm alert
    algorithm alias answer antenna app application area argument array association attack attribute audit authentication
    authorization authority auto availability average backend backlog backup bad bandwidth bank base battery beacon bind
    bit blade board body boot border branch bridge broadcast broker browser bucket buffer bug build bundle bus byte cable
    cache calendar call callback candidate capability capacity card cart case catalog cause cell center certificate chain
    change channel chassis check checkpoint checksum child chip cipher circuit class clean cleaner cleanup client clock
    cloud cluster code collector color command comment communication community compaction component compression computer
    condition config configuration conflict connection connectivity connector console consumer contact container content
    context control controller cookie coordinator copy core cost count counter country coverage cpu crash credential
    credentials critical current cursor custom customer cycle daemon damage data database datagram datastore date day dead
    deadline deadlock debug decision default delay delta demand dependency depth description descriptor design destination
    detail detection device diagnostic dialog digest dir direct direction directory disk dispatcher display distance
    distribution domain door drive driver dump duplicate duplex duration dynamic early edge effect element email empty
    encoding encryption end endpoint energy engine entity entry environment epoch error estimate event evidence exact
    example exception exchange executor exit expansion expected expiration explicit exporter expression extension external
    extra fabric facility factor failover failure fallback false family fan fast fatal fault feature feed fetcher field
    file filesystem filter fingerprint firewall firmware flag flash flow folder foreign form format forwarder fragment frame
    framework free frequency front full function future gap garbage gateway general generation generator geometry global
    good grace graceful graph group growth guard guest half handler handoff handshake hard hardware hash head header health
    healthy heap heartbeat heavy height hello help high history hit home hook hop host hour hub identifier identity idle
    image immediate incident incoming index indicator info information infrastructure ingress egress initial initiator inode
    input inquiry insecure instance instruction integrity intent interface internal internet interrupt interval invalid
    inventory invitation ip isolation issue item iteration job journal kernel key keyboard keepalive keyword kind label
    lane language large latency layer lead leader lease length level library license life light limit line list listener
    live load loader local location lock log logger logic logical long loop loss low machine mail mailbox main maintenance
    major manager management manual map mapping margin marker mask master match matrix maximum mean media medium member
    membership memory menu message metadata method metric middle migration minimum minor minute mirror mismatch missing
    mode model module monitor month mount multicast multiple mutex name namespace native neighbor neighbour network node
    noise normal notice notification null number object offer offline offset online operation operator optimal option
    order orphan origin outage outbound inbound outgoing output overflow overload override owner package packet page pair
    panel parameter parent parity part participant partition partner party password patch path pattern payload peak peer
    pending performance period peripheral permanent permission persistent phase phone physical pin pipe pipeline plan
    platform player plugin pod point pointer policy pool port portal position possible power precision prefix presence
    pressure primary principal printer priority private privilege probe problem procedure process producer product profile
    program progress project prompt proper property protection protocol provider proxy public publisher quality query
    queue quick quorum quota race rack radio random range rate ratio raw reader ready real realm reason receiver recipient
    record recovery redundancy redundant reference refresh region registration registry regular relay release remote
    renewal repair repeat replica replication reply report reporter repository request requestor reservation resolver
    resource response restore result resync reverse revision right ring risk role rollback root round route router routing
    row rule runtime safe sample scan schedule scheduler schema scope score screen script search secret section sector
    secure security segment select selector self semaphore sender sensor sequence serial series server service session
    setting setup severity shard share shared shell short side signal signature silent simple site size slave slot slow
    small snapshot socket soft software source space spare spec special speed spool stack stage stale standard standby
    start state statement static station statistics status step storage store stratum stream strict string strong structure
    subject subnet subscriber subscription subsystem success suite summary super supervisor supply support suspicious switch
    symbol sync system table tag tail tape target task team technician temperature template temporary tenant term terminal
    test text thermal thread threat threshold ticket time timeout timer timestamp title token tool topic topology total
    trace tracker traffic transaction transfer transient translation transport trap tree trigger true trunk trust tunnel
    type unable unexpected unicast unit universal unknown unusual update upgrade uplink upstream downstream uptime url usage
    user username utility value variable vendor version vertex victim video view violation virtual volume voltage wait
    wall warm warning watch watchdog watcher weak web weight window wire wireless wizard word work worker workflow world
    worst wrong year zone
    """
)

_ENGLISH = re.compile(
    r"[a-z]{2,}(?:ing|ings|tion|tions|sion|sions|ment|ments|ness|ance|ences?|ances|ity|ities|ally|ably|ibly|tly|sly|dly|ely"
    r"|able|ible|ful|less|ous|ious|ized|ised|izes|ises|ied|ated|eted|cted|sted|nded|nged|lled|pped|tted|rred|mmed|nned|shed|ched|cked|ned|red|ved|sed|ced|ged"
    r"|ked|led|ted|ded|yed|wed|xed|zed)\Z"
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _participles(verb: str) -> tuple[str, ...]:
    if verb.endswith("e"):
        return (verb + "d",)
    if verb.endswith("y") and verb[-2] not in "aeou":
        return (verb[:-1] + "ied",)
    return (verb + "ed", verb + verb[-1] + "ed")


# What a lone value in brackets or behind `=` says of a life: `status[acquired]` is no `status[released]`.
OUTCOMES = _FOREIGN_STATES | {word for verb in LIFE_VERBS for word in _participles(verb)}
_TELLING = STATE_WORDS | POLAR_WORDS | LIFE_VERBS | _FOREIGN_STATES
_KNOWN = _NOUNS | STATUS_KEYS | frozenset(f"{noun}s" for noun in _NOUNS)


def is_protected(word: str) -> bool:
    """Whether the word may tell what happened: it, or a part of it (`LinkDown`, `on_disconnect`), is a state, an opposite or
    a verb in any form, or it is a word that only carries the sentence."""
    lower = word.lower()
    if lower in FUNCTION_WORDS or _tells(lower):
        return True
    parts = _PARTS.findall(word)
    return len(parts) > 1 and any(_tells(part.lower()) for part in parts)


def is_known(word: str) -> bool:
    """Whether the word is text of the trade rather than a name: of the lists, or English by its ending."""
    lower = word.lower()
    return lower in _KNOWN or _ENGLISH.match(lower) is not None


def _tells(lower: str) -> bool:
    if lower in _TELLING:
        return True
    if len(lower) < 4:
        return False
    if lower.endswith(("ed", "ing")) and _ENGLISH.match(lower) is not None:
        return True
    return lower.endswith("s") and (lower[:-1] in LIFE_VERBS or lower[:-2] in LIFE_VERBS)
