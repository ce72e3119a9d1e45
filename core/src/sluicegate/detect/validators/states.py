"""Words that follow "the password is" and are not the password."""

from __future__ import annotations

STATES = frozenset(
    b"required incorrect wrong invalid expired not too a an the case sensitive weak strong correct"
    b" valid missing empty being set reset changed stored hashed encrypted protected needed"
    b" also now only never always optional unknown known fine ok okay safe secure good bad short"
    b" long different same already still no longer sent hidden visible shown about to for in on"
    b" of and or if when that this it is was as by from with your my our their his her what"
    b" compromised leaked rejected accepted blank null none forgotten lost updated generated"
    b" one used unique default temporary disabled enabled mandatory checked verified there here"
    b" field prompt policy manager managers hint page link form very so must should can could"
    b" may might will would has had have does did do be been are were at you we they he she"
    b" something anything nothing everything someone unchanged available displayed"
    b" compliant important simple complex necessary obvious incorrectly supposed going"
    b" enter please confirm repeat retype type choose provide forgot login user username email"
    b" see ask below above attached confidential shared between minimum maximum least characters"
    b" case-sensitive password passwords passphrase token key secret through via per up down out"
    b" files compat neither either present them"
    b" again working typed saved printed logged emailed rotated entered written kept found given"
    # German
    b" abgelaufen falsch ung\xc3\xbcltig zu nicht erforderlich ge\xc3\xa4ndert zur\xc3\xbcckgesetzt"
    b" leer sicher richtig muss darf kann wird wurde gesetzt gespeichert eingeben notwendig gleich"
    # French
    b" incorrecte expir\xc3\xa9 obligatoire requis faux trop invalide vide oubli\xc3\xa9 doit"
    # Spanish, Portuguese, Italian, Dutch
    b" incorrecta obligatoria caducada inv\xc3\xa1lida requerida muy demasiado debe vac\xc3\xada"
    b" incorreta obrigat\xc3\xb3ria expirada inv\xc3\xa1lida deve muito vazia segura"
    b" errata scaduta obbligatoria sbagliata richiesta troppo verlopen onjuist verplicht ongeldig"
    b" niet vereist moet".split()
)
"""In lower case, as UTF-8."""
