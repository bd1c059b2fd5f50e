# The booth's texts in German.

booth = Fotobox
language = Sprache

## The camera

camera-on = Kamera an
requesting-camera = Kamera wird gestartet …
no-frame-yet = Die Kamera ist noch nicht so weit
camera-gone = Die Kamera ist weg
camera-silent = Die Kamera sendet kein Bild
only-camera = { $camera } ist die einzige Kamera
no-other-camera = Es gibt keine andere Kamera
film-over = Der Film ist zu Ende
film-over-advice = Wähl eine andere Datei oder versuch es noch mal.
file-failed = Diese Datei lässt sich nicht anzeigen
test-pattern = Keine Kamera: Das ist ein Testbild
no-camera = Keine Kamera
numbered-camera = Kamera { $number }
no-effect = Kein Effekt
effects = { $count } Effekte

## Buttons and their keys

mirror = Spiegeln
camera = Kamera
file = Datei
choose-file = Datei wählen
try-again = Noch mal versuchen
ok = OK
cancel = Abbrechen
close = Schließen
back = Zurück
next = Weiter
previous = Vorheriges
done = Fertig
start = Los geht’s
take-picture = Foto aufnehmen
stop = Stopp
shoot-hint = auslösen
look-hint = Look
mode-hint = Modus
layout-hint = Layout
back-hint = zurück
key-space = Leertaste
key-left = Links
key-right = Rechts
key-escape = Esc

## Shots

get-ready = { $shots ->
    [one] Mach dich bereit!
   *[other] Mach dich bereit: { $shots } Fotos
}
shot-of = Foto { $shot } von { $shots }
last-shot = Das letzte Foto
nice = Super!
get-ready-to-move = Gleich geht’s los: beweg dich
move-now = Beweg dich!
filming = Aufnahme läuft
developing = Wird entwickelt …
keep = Behalten
retake = Noch mal
kept-in = Wird in { $seconds } s behalten
no-photo = Das Foto hat nicht geklappt

## Modes and layouts

choose-mode = Was darf es sein?
mode-single = Foto
mode-strip = Streifen
mode-collage = Collage
mode-gif = GIF
mode-boomerang = Boomerang
mode-clip = Clip
choose-layout = Layout wählen

## Looks

looks = Looks
look-natural = Natürlich
look-noir = Noir
look-vintage = Vintage
look-comic = Comic
look-bokeh = Bokeh
look-color-pop = Farbtupfer
look-newsprint = Zeitung
look-duotone = Zweifarbig
look-thermal = Wärmebild
look-night = Nacht
look-glitch = Störung
look-kaleido = Kaleidoskop
look-twins = Zwillinge
look-bulge = Beule
look-big-eyes = Große Augen
look-big-head = Großer Kopf
look-beach = Strand
look-space = Weltall
look-stage = Bühne
look-failed = Dieser Look funktioniert hier nicht
stickers = Sticker
no-more-stickers = Mehr Sticker passen nicht
backgrounds = Hintergründe
remove = Entfernen

## The result

your-picture = Dein Foto
your-strip = Dein Streifen
your-collage = Deine Collage
your-gif = Dein GIF
your-boomerang = Dein Boomerang
your-clip = Dein Clip
once-more = Noch einmal
save-copy = Kopie speichern
save = Speichern
download = Herunterladen
upload = Hochladen
share = Teilen
print = Drucken
delete = Löschen
saved-as = Gespeichert als { $file }
not-saved = Nicht gespeichert
uploading = Wird hochgeladen: { $percent } %
uploaded = Hochgeladen

## The QR code

scan-title = Scannen und mitnehmen
scan-network = Dein Handy muss in diesem WLAN sein. Das Bild wird unverschlüsselt übertragen.
scan-minutes = { $minutes ->
    [one] Der Code gilt noch eine Minute.
   *[other] Der Code gilt { $minutes } Minuten.
}
scan-over = Dieser Code gilt nicht mehr.

## The gallery

gallery = Galerie
gallery-empty = Noch keine Bilder. Mach den Anfang!
picture-of = Bild { $picture } von { $pictures }
delete-question = Dieses Bild löschen? Es lässt sich nicht zurückholen.
deleted = Gelöscht
deleted-after = { $days ->
    [one] Bilder werden nach einem Tag gelöscht.
   *[other] Bilder werden nach { $days } Tagen gelöscht.
}

## Consent

consent-title = Bevor es losgeht
consent-camera = Die Kamera zeigt dich auf diesem Bildschirm. Fotos macht sie nur nach einem Countdown.
consent-days = { $days ->
    [one] Deine Bilder bleiben einen Tag in dieser Fotobox. Danach werden sie gelöscht.
   *[other] Deine Bilder bleiben { $days } Tage in dieser Fotobox. Danach werden sie gelöscht.
}
consent-forever = Deine Bilder bleiben in dieser Fotobox, bis der Gastgeber sie löscht.
consent-network = Ein Bild, das du per QR-Code holst, geht unverschlüsselt durch das Netzwerk dieses Ortes.
consent-upload = Die Fotobox lädt deine Bilder auf den Server des Gastgebers hoch.
consent-yes = Einverstanden
consent-no = Nein, danke

## Printing

print-title = Druck dein Bild
copies = { $copies ->
    [one] Ein Abzug
   *[other] { $copies } Abzüge
}
more-copies = Ein Abzug mehr
fewer-copies = Ein Abzug weniger
copies-left = { $copies ->
    [0] Du hast alle deine Abzüge verbraucht.
    [one] Du hast noch einen Abzug.
   *[other] Du hast noch { $copies } Abzüge.
}
printing = Wird gedruckt … Dein Bild kommt gleich aus dem Drucker.
printer-busy = Der Drucker ist beschäftigt. Dein Bild ist als Nächstes dran.

## Nobody is there

idle-question = Bist du noch da?
idle-seconds = Die Fotobox beginnt in { $seconds } s von vorn.
still-here = Ich bin da
touch-to-start = Zum Starten den Bildschirm berühren
press-to-start = Zum Starten den Knopf drücken

## One button

button-hint = Drücken: weiter. Halten: wählen.

## For the host

pin-title = PIN eingeben
pin-wrong = Diese PIN ist falsch.
pin-wait = Zu viele Versuche. Warte { $seconds } s.
erase = Löschen
leave-booth = Fotobox beenden
sessions = Runden heute: { $today }. Insgesamt: { $all }.

## Errors: what happened, and what to do next

error-no-camera = Wir finden keine Kamera
error-no-camera-advice = Schließ die Kamera an und versuch es noch mal.
error-denied = Die Kamera ist nicht erlaubt
error-denied-advice = Erlaube der Fotobox die Kamera in den Einstellungen des Systems oder des Browsers. Versuch es dann noch mal.
error-busy = Die Kamera ist belegt
error-busy-advice = Ein anderes Programm benutzt sie. Beende es und versuch es dann noch mal.
error-unplugged = Die Kamera wurde entfernt
error-unplugged-advice = Prüf das Kabel und versuch es noch mal.
error-camera = Die Kamera hat ein Problem
error-camera-advice = Zieh sie ab, schließ sie wieder an und versuch es noch mal.
error-disk-full = Der Speicher ist voll
error-disk-full-advice = Dein Bild ist noch auf dem Bildschirm. Sag bitte dem Gastgeber Bescheid: Der Speicher der Fotobox ist voll.
error-folder = Das Bild lässt sich nicht speichern
error-folder-advice = Sag bitte dem Gastgeber Bescheid: Die Fotobox darf nicht in ihren Ordner schreiben.
error-no-printer = Wir finden den Drucker nicht
error-no-printer-advice = Sag bitte dem Gastgeber Bescheid. Dein Bild ist gespeichert.
error-paper = Der Drucker hat kein Papier mehr
error-paper-advice = Sag bitte dem Gastgeber Bescheid. Dein Abzug kommt, sobald wieder Papier da ist.
error-ink = Der Drucker hat keine Tinte mehr
error-ink-advice = Sag bitte dem Gastgeber Bescheid. Dein Abzug kommt, sobald neue Tinte da ist.
error-jam = Das Papier steckt fest
error-jam-advice = Sag bitte dem Gastgeber Bescheid, und zieh nicht am Papier.
error-cover = Der Drucker ist offen
error-cover-advice = Schließ die Klappe. Dann kommt dein Abzug.
error-printer = Der Drucker macht Pause
error-printer-advice = Sag bitte dem Gastgeber Bescheid. Dein Bild ist gespeichert.
error-print-limit = Das waren alle deine Abzüge
error-print-limit-advice = Mehr Abzüge gibt es pro Gast nicht. Dein Bild ist gespeichert.
error-not-ours = Dieses Bild bleibt
error-not-ours-advice = Die Datei stammt nicht von der Fotobox. Darum löscht die Fotobox sie nicht.
error-upload = Das Hochladen hat nicht geklappt
error-upload-advice = Dein Bild ist gespeichert. Versuch es gleich noch mal.
error-network = Die Fotobox ist in keinem Netzwerk
error-network-advice = Im Moment gibt es keinen QR-Code. Dein Bild ist gespeichert.
error-other = Etwas ist schiefgegangen
error-other-advice = Versuch es noch mal. Wenn es wieder passiert, sag dem Gastgeber Bescheid.

## For screen readers

label-look = Look: { $look }
label-countdown = { $seconds }
label-shots = { $taken } von { $shots } Fotos aufgenommen
label-mirror = Livebild der Kamera
label-layout = Layout: { $layout }
label-sticker = Sticker: { $sticker }
sticker-glasses = Brille
sticker-crown = Krone
sticker-mustache = Schnurrbart
sticker-hat = Hut
sticker-heart = Herz
sticker-star = Stern

## Dates

date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
