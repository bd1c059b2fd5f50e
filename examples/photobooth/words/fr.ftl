# The booth's texts in French.

booth = Photomaton
language = Langue

## The camera

camera-on = Caméra allumée
requesting-camera = Demande de la caméra…
no-frame-yet = La caméra n’est pas encore prête
camera-gone = La caméra n’est plus là
camera-silent = La caméra n’envoie pas d’image
only-camera = { $camera } est la seule caméra
no-other-camera = Il n’y a pas d’autre caméra
film-over = Le film est terminé
film-over-advice = Choisissez un autre fichier ou réessayez.
file-failed = Ce fichier ne peut pas être affiché
test-pattern = Pas de caméra : ceci est une mire
no-camera = Aucune caméra
numbered-camera = Caméra { $number }
no-effect = Aucun effet
effects = { $count } effets

## Buttons and their keys

mirror = Miroir
camera = Caméra
file = Fichier
choose-file = Choisir un fichier
try-again = Réessayer
ok = OK
cancel = Annuler
close = Fermer
back = Retour
next = Suivant
previous = Précédent
done = Terminé
start = Commencer
take-picture = Prendre la photo
stop = Arrêter
shoot-hint = photo
look-hint = style
mode-hint = mode
layout-hint = format
back-hint = retour
key-space = Espace
key-left = Gauche
key-right = Droite
key-escape = Échap

## Shots

get-ready = { $shots ->
    [one] Préparez-vous !
   *[other] Préparez-vous : { $shots } photos
}
shot-of = Photo { $shot } sur { $shots }
last-shot = La dernière photo
nice = Super !
get-ready-to-move = Préparez-vous à bouger
move-now = Bougez !
filming = Ça tourne !
developing = Développement…
keep = Garder
retake = Refaire
kept-in = Gardée dans { $seconds } s
no-photo = Cette photo n’a pas marché

## Modes and layouts

choose-mode = Qu’est-ce qui vous tente ?
mode-single = Photo
mode-strip = Bande
mode-collage = Collage
mode-gif = GIF
mode-boomerang = Boomerang
mode-clip = Clip
choose-layout = Choisissez une mise en page

## Looks

looks = Styles
look-natural = Naturel
look-noir = Film noir
look-vintage = Rétro
look-comic = BD
look-bokeh = Bokeh
look-color-pop = En couleur
look-newsprint = Journal
look-duotone = Bichrome
look-thermal = Thermique
look-night = Nuit
look-glitch = Glitch
look-kaleido = Kaléido
look-twins = Jumeaux
look-bulge = Bulle
look-big-eyes = Grands yeux
look-big-head = Grosse tête
look-beach = Plage
look-space = Espace
look-stage = Scène
look-failed = Ce style ne fonctionne pas ici
stickers = Autocollants
no-more-stickers = Il n’y a plus de place pour un autocollant
backgrounds = Fonds
remove = Retirer

## The result

your-picture = Votre photo
your-strip = Votre bande de photos
your-collage = Votre collage
your-gif = Votre GIF
your-boomerang = Votre boomerang
your-clip = Votre clip
once-more = Encore une fois
save-copy = Enregistrer une copie
save = Enregistrer
download = Télécharger
upload = Envoyer
share = Partager
print = Imprimer
delete = Supprimer
saved-as = Enregistrée sous { $file }
not-saved = Non enregistrée
uploading = Envoi : { $percent } %
uploaded = Envoyée

## The QR code

scan-title = Scannez, et elle est à vous
scan-network = Votre téléphone doit être sur ce Wi-Fi. La photo circule sans chiffrement.
scan-minutes = { $minutes ->
    [one] Le code est encore valable { $minutes } minute.
   *[other] Le code est valable { $minutes } minutes.
}
scan-over = Ce code n’est plus valable.

## The gallery

gallery = Galerie
gallery-empty = Pas encore de photos. À vous de commencer !
picture-of = Photo { $picture } sur { $pictures }
delete-question = Supprimer cette photo ? Elle ne pourra pas être récupérée.
deleted = Supprimée
deleted-after = { $days ->
    [one] Les photos sont supprimées au bout de { $days } jour.
   *[other] Les photos sont supprimées au bout de { $days } jours.
}

## Consent

consent-title = Avant de commencer
consent-camera = La caméra vous montre sur cet écran. Elle ne prend des photos qu’après un compte à rebours.
consent-days = { $days ->
    [one] Vos photos restent { $days } jour dans ce photomaton, puis elles sont supprimées.
   *[other] Vos photos restent { $days } jours dans ce photomaton, puis elles sont supprimées.
}
consent-forever = Vos photos restent dans ce photomaton jusqu’à ce que l’hôte les supprime.
consent-network = Une photo récupérée avec son code QR circule sans chiffrement sur le réseau de ce lieu.
consent-upload = Le photomaton envoie vos photos au serveur de l’hôte.
consent-yes = J’accepte
consent-no = Non, merci

## Printing

print-title = Imprimez votre photo
copies = { $copies ->
    [one] { $copies } exemplaire
   *[other] { $copies } exemplaires
}
more-copies = Un exemplaire de plus
fewer-copies = Un exemplaire de moins
copies-left = { $copies ->
    [0] Vous avez utilisé toutes vos impressions.
    [one] Il vous reste une impression.
   *[other] Il vous reste { $copies } impressions.
}
printing = Impression en cours… Votre photo va bientôt sortir.
printer-busy = L’imprimante est occupée. Votre photo est la prochaine.

## Nobody is there

idle-question = Êtes-vous encore là ?
idle-seconds = Le photomaton recommence dans { $seconds } s.
still-here = Je suis là
touch-to-start = Touchez l’écran pour commencer
press-to-start = Appuyez sur le bouton pour commencer

## One button

button-hint = Appui : suivant. Maintien : choisir.

## For the host

pin-title = Entrez le code PIN
pin-wrong = Ce code PIN est faux.
pin-wait = Trop d’essais. Attendez { $seconds } s.
erase = Effacer
leave-booth = Fermer le photomaton
sessions = Séances aujourd’hui : { $today }. En tout : { $all }.

## Errors: what happened, and what to do next

error-no-camera = Aucune caméra trouvée
error-no-camera-advice = Branchez la caméra, puis réessayez.
error-denied = La caméra n’est pas autorisée
error-denied-advice = Autorisez la caméra pour ce photomaton dans les réglages du système ou du navigateur, puis réessayez.
error-busy = La caméra est occupée
error-busy-advice = Un autre programme l’utilise. Fermez-le, puis réessayez.
error-unplugged = La caméra a été débranchée
error-unplugged-advice = Vérifiez son câble, puis réessayez.
error-camera = La caméra a un problème
error-camera-advice = Débranchez-la, rebranchez-la, puis réessayez.
error-disk-full = Il n’y a plus de place
error-disk-full-advice = Votre photo est encore à l’écran. Prévenez l’hôte : le disque du photomaton est plein.
error-folder = La photo ne peut pas être enregistrée
error-folder-advice = Prévenez l’hôte : le photomaton n’a pas le droit d’écrire dans son dossier.
error-no-printer = Imprimante introuvable
error-no-printer-advice = Prévenez l’hôte. Votre photo est enregistrée.
error-paper = L’imprimante n’a plus de papier
error-paper-advice = Prévenez l’hôte. Votre photo sortira dès qu’il y aura du papier.
error-ink = L’imprimante n’a plus d’encre
error-ink-advice = Prévenez l’hôte. Votre photo sortira dès qu’il y aura de l’encre.
error-jam = Le papier est coincé
error-jam-advice = Prévenez l’hôte, et ne tirez pas sur le papier.
error-cover = L’imprimante est ouverte
error-cover-advice = Fermez le capot, et votre photo sortira.
error-printer = L’imprimante fait une pause
error-printer-advice = Prévenez l’hôte. Votre photo est enregistrée.
error-print-limit = Toutes vos impressions sont faites
error-print-limit-advice = Chaque invité a un nombre limité d’exemplaires. Votre photo est enregistrée.
error-not-ours = Cette photo reste
error-not-ours-advice = Le fichier ne vient pas du photomaton, il n’est donc pas supprimé.
error-upload = L’envoi n’a pas marché
error-upload-advice = Votre photo est enregistrée. Réessayez dans un instant.
error-network = Le photomaton n’est sur aucun réseau
error-network-advice = Pas de code QR pour le moment. Votre photo est enregistrée.
error-other = Quelque chose s’est mal passé
error-other-advice = Réessayez. Si cela se reproduit, prévenez l’hôte.

## For screen readers

label-look = Style : { $look }
label-countdown = { $seconds }
label-shots = { $taken } photos prises sur { $shots }
label-mirror = Image en direct de la caméra
label-layout = Mise en page : { $layout }
label-sticker = Autocollant : { $sticker }
sticker-glasses = lunettes
sticker-crown = couronne
sticker-mustache = moustache
sticker-hat = chapeau
sticker-heart = cœur
sticker-star = étoile

## Dates

date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
