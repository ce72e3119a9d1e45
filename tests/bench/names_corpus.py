"""Made-up sentences with names, places and organisations, and texts that hold none.

``[P …]``, ``[L …]`` and ``[O …]`` mark what a reader would call a person, a place, an
organisation. Persons are drawn from lists of common given and family names of several cultures, so
no sentence is about anybody.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

SEED = 20_261_127
_KINDS = {"P": "PERSON", "L": "LOCATION", "O": "ORG"}
_MARK = re.compile(r"\[([PLO]) ([^\]]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text with its labels, places in characters."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    register: str


PEOPLE = {
    "english": ("Emily Johnson", "Oliver Bennett", "Grace Whitaker", "Thomas Ashworth", "Chloe Barnes"),
    "german": ("Jürgen Schröder", "Annika Vogel", "Matthias Köhler", "Heike Baumann", "Lukas Weber"),
    "french": ("Élodie Lefèvre", "Jean-Luc Moreau", "Camille Girard", "Benoît Fournier", "Amélie Rousseau"),
    "spanish": ("María José García López", "Javier Núñez", "Lucía Fernández", "Diego Ortega Ruiz", "Carmen Vidal"),
    "slavic": ("Agnieszka Kowalczyk", "Dmitri Sokolov", "Jana Nováková", "Milan Petrović", "Olena Shevchenko"),
    "indian": ("Priya Raghunathan", "Arjun Mehta", "Lakshmi Iyer", "Rohit Banerjee", "Harpreet Singh"),
    "chinese": ("Wei Zhang", "Li Xiaoming", "Chen Jiahui", "Yifan Liu", "Mei-Ling Huang"),
    "japanese": ("Haruka Tanaka", "Kenji Watanabe", "Yuki Nakamura", "Takeshi Mori", "Aiko Fujimoto"),
    "arabic": ("Fatima al-Hassan", "Omar Khalil", "Layla Mansour", "Yusuf Haddad", "Abdul Rahman Saleh"),
    "african": ("Chinedu Okafor", "Amara Diallo", "Thabo Nkosi", "Wanjiru Kamau", "Kwame Asante"),
    "turkish": ("Ayşe Yılmaz", "Mehmet Kaya", "Zeynep Demir", "Emre Çelik", "Elif Şahin"),
    "vietnamese": ("Nguyen Thi Lan", "Tran Van Minh", "Pham Quoc Bao", "Le Thu Ha", "Vo Hoang Nam"),
}  # fmt: skip
PLACES = (
    "Seattle", "Leeds", "Hamburg", "Lyon", "Valencia", "Kraków", "Nairobi", "Pune", "Osaka", "Cairo",
    "Toronto", "São Paulo", "Hanoi", "Ankara", "Ohio", "Portugal", "New Zealand", "Cape Town", "Lagos", "Minnesota",
)  # fmt: skip
FIRMS = (
    "Northfield Logistics Ltd", "Contoso GmbH", "Fabrikam Inc.", "Bluewater Energy", "Meridian Health Partners",
    "Tailspin Airlines", "Harbour & Finch LLP", "Lakeside Credit Union", "Orion Robotics", "University of Westbrook",
)  # fmt: skip

TEMPLATES = {
    "support": (
        "Hi, this is {P}, my parcel to {L} never arrived.",
        "Customer {P} called about invoice 88213 and was very upset.",
        "Spoke with {P} from {O}; she will send the signed form tomorrow.",
        "Please transfer the ticket to {P}, he knows the account.",
        "{P} asked us to cancel the renewal before the end of May.",
        "Refund approved by {P} on 2024-03-11, see the note of {P}.",
        "Caller says her husband {P} moved to {L} last spring.",
        "As agreed with {P}, the replacement ships from {L} on Monday.",
    ),
    "email": (
        "Dear {P},\n\nthank you for your application to {O}.\n\nBest regards,\n{P}",
        "From: {P}\nTo: {P}\nSubject: visit to {L}",
        "Thanks again! Kind regards, {P}, {O}",
        "{P} wrote on Friday: I will be in {L} next week.",
    ),
    "clinical": (
        "Patient {P} was seen by Dr. {P} for follow-up.",
        "Pt {P}, 54 y/o, admitted via ER in {L} with chest pain.",
        "Next of kin: {P}. GP: {P}, practice in {L}.",
        "Mrs {P} reports no allergies; her daughter {P} was present.",
    ),
    "legal": (
        "This agreement is made between {O} and {P}, resident of {L}.",
        "Witness {P} testified that the goods left {L} on 3 June.",
        "The plaintiff, Mr {P}, seeks damages from {O}.",
    ),
    "form": (
        "Name: {P}\nCity: {L}\nEmployer: {O}",
        "emergency contact = {P}; relation = spouse; town = {L}",
        "Account holder: {P} | Branch: {L}",
        "Attendees: {P}, {P}, {P}",
        '{{"customer": "{P}", "city": "{L}", "note": "called twice"}}',
        "4711;{P};{L};paid",
    ),
    "code": (
        "# ask {P} before touching this function",
        "git log: reviewed by {P}, merged into release-4",
        "2024-05-02 10:11:12 INFO user '{P}' signed in from {L}",
    ),
    "crm": (
        "Met {P} at the fair in {L}. Works for {O}. Wants a demo in June.",
        "Lead: {P} (head of purchasing, {O}), prefers phone.",
        "{P} left {O} in March, new contact is {P}.",
        "Lunch with {P} and {P} in {L}, both keen on the new plan.",
    ),
}  # fmt: skip
CHAT = (
    "hey {P} can u call the guy from {L} back",
    "i spoke to {P} yesterday and she said its fine",
    "pls ask {P} if he still lives in {L}",
    "my name is {P} and i need a refund asap",
    "tell {P} i said thanks for the help",
    "{P} told me you could reset my password",
)
OTHER_LANGUAGES = (
    "Herr [P Jürgen Schröder] aus [L Hamburg] hat gestern angerufen und bittet um Rückruf.",
    "Bitte senden Sie die Rechnung an Frau [P Annika Vogel], [O Contoso GmbH].",
    "Madame [P Camille Girard] habite à [L Lyon] et demande un remboursement.",
    "Le dossier de [P Benoît Fournier] a été transmis à [O Bluewater Energy].",
    "La señora [P Lucía Fernández] vive en [L Valencia] y quiere cambiar su contrato.",
    "El paciente [P Javier Núñez] fue atendido por la doctora [P Carmen Vidal].",
    "Pani [P Agnieszka Kowalczyk] z [L Kraków] prosi o kontakt.",
    "O senhor [P Diego Ortega Ruiz] mudou-se para [L São Paulo] em abril.",
    "De klacht van [P Lukas Weber] is doorgestuurd naar [L Hamburg].",
    "[P Ayşe Yılmaz] dün [L Ankara] şubesini aradı.",
)

_PLAIN = (
    "The May release will ship in the second week of June.",
    "Order 4411 was delayed because the August stock count was wrong.",
    "Please restart the Oracle listener and check the Jenkins job again.",
    "Windows Server 2019 needs the January update before Friday.",
    "Our Galaxy S21 case does not fit the Pixel 7 Pro.",
    "The meeting on Monday is moved to Wednesday at 10:30.",
    "Deploy with Docker Compose, then run the Django migrations.",
    "Customer says the washing machine is loud and leaks water.",
    "Password reset link expired, sent a new one.",
    "Delivery attempted twice, nobody at home, card left in the mail box.",
    "Battery drains fast after the latest update, factory reset did not help.",
    "Invoice paid in full, no balance remaining on the account.",
    "The patient reports mild headache and no fever since Tuesday.",
    "Blood pressure 120/80, heart rate 72, oxygen saturation 98 percent.",
    "Signed the contract in March and renewed it in September.",
    "Blue Monday is the title of the playlist in the default theme.",
    "Will the spring sale start before Easter or after?",
    "The grace period ends at midnight, then the frank tone of the reminder gets sharper.",
    "A mark on the screen, a rose on the label, and a bill in the box.",
    "Please chase the supplier, the hope is that the parts arrive in April.",
)
_TECHNICAL = (
    "ERROR ConnectionPool - Timeout waiting for idle object after 30000 ms",
    "WARN o.a.k.c.NetworkClient Connection to node -1 could not be established",
    "java.lang.NullPointerException at com.example.OrderService.process(OrderService.java:88)",
    "def parse_row(row: Row) -> Record: return Record(id=row.id, total=row.total)",
    "SELECT count(*) FROM orders WHERE created_at >= '2024-01-01' GROUP BY region",
    'const Header = ({ title }) => <h1 className="Header">{title}</h1>;',
    "GET /api/v2/orders/4711?expand=lines HTTP/1.1 200 1532 Mozilla/5.0",
    "kubectl rollout restart deployment/checkout -n staging",
    "Traceback (most recent call last): KeyError: 'Delta'",
    "feat(Button): add Primary variant and drop Legacy props",
    "CREATE INDEX CONCURRENTLY idx_orders_region ON orders (region);",
    "INFO Starting HikariPool-1 ... HikariPool-1 Start completed.",
    "import numpy as np; from Crypto.Cipher import AES",
    "Status: OPEN, Priority: HIGH, Type: BUG, Component: BILLING",
    "ACCOUNT LOCKED AFTER FIVE FAILED ATTEMPTS, CONTACT SUPPORT",
    "PRODUCT OUT OF STOCK UNTIL FURTHER NOTICE",
    '<div class="Card Shadow"><span>Total</span></div>',
    "Maven build: Tests run: 412, Failures: 0, Errors: 0, Skipped: 3",
    "Subject: [JIRA] Updated: build is red since commit 4f2a",
    'if (Status.Active == order.Status) { Logger.Debug("Order Ready"); }',
)
_PRODUCTS = (
    "Falcon X2 Drill",
    "Aurora Lamp",
    "Titan Backpack 40L",
    "Breeze Fan Pro",
    "Nova Kettle",
    "Summit Tent",
)
_MONTHS = ("January", "March", "April", "May", "June", "August")
_MADE = (
    "The {product} was returned in {month}, the box is damaged.",
    "Stock of {product} is low, reorder before {month}.",
    "Review: love the {product}, works as described, bought it in {month}.",
    "{month} report: {n} units of {product} sold, margin stable.",
    "Ticket {n}: firmware of the {product} does not update since {month}.",
    "SKU-{n} {product} ({month} catalogue) price changed to 49.90",
)


def positives() -> list[Labelled]:
    """Return the labelled sentences, the same each time."""
    rng = random.Random(SEED)
    out = [
        _labelled(_filled(template, rng), register)
        for register, templates in TEMPLATES.items()
        for template in templates
        for _ in range(3)
    ]
    shouted = [t for register in ("support", "form", "crm") for t in TEMPLATES[register]]
    out += [_labelled(_upper(_filled(t, rng)), "capitals") for t in shouted if "{{" not in t]
    out += [_labelled(_filled(t, rng).lower(), "chat") for t in CHAT for _ in range(4)]
    out += [_labelled(t, "other language") for t in OTHER_LANGUAGES]
    return out


def negatives() -> list[Labelled]:
    """Return texts that name nobody, no place and no organisation."""
    rng = random.Random(SEED)
    made = [
        template.format(product=product, month=rng.choice(_MONTHS), n=rng.randint(1000, 99_999))
        for template in _MADE
        for product in rng.sample(_PRODUCTS, len(_PRODUCTS))
    ]
    made += [text.upper() for text in _PLAIN[:12]] + [text.lower() for text in _PLAIN[8:]]
    return [Labelled(text=t, spans=(), register="negative") for t in (*_PLAIN, *_TECHNICAL, *made)]


def _filled(template: str, rng: random.Random) -> str:
    def draw(kind: str) -> str:
        if kind == "P":
            return f"[P {rng.choice(PEOPLE[rng.choice(sorted(PEOPLE))])}]"
        return f"[L {rng.choice(PLACES)}]" if kind == "L" else f"[O {rng.choice(FIRMS)}]"

    filled = re.sub(r"\{([PLO])\}", lambda m: draw(m[1]), template)
    return filled.replace("{{", "{").replace("}}", "}")


def _upper(marked: str) -> str:
    return _MARK.sub(lambda m: f"[{m[1]} {m[2].upper()}]", marked.upper())


def _labelled(marked: str, register: str) -> Labelled:
    text, spans, last = "", [], 0
    for mark in re.finditer(r"\[([PLOplo]) ([^\]]+)\]", marked):
        text += marked[last : mark.start()]
        spans.append((len(text), len(text) + len(mark[2]), _KINDS[mark[1].upper()]))
        text += mark[2]
        last = mark.end()
    return Labelled(text=text + marked[last:], spans=tuple(spans), register=register)
