# The booth's texts in Spanish.

booth = Fotomatón
language = Idioma

## The camera

camera-on = Cámara encendida
requesting-camera = Pidiendo la cámara…
no-frame-yet = La cámara aún no está lista
camera-gone = La cámara ya no está
camera-silent = La cámara no envía imagen
only-camera = { $camera } es la única cámara
no-other-camera = No hay otra cámara
film-over = La película ha terminado
film-over-advice = Elige otro archivo o inténtalo de nuevo.
file-failed = Ese archivo no se puede mostrar
test-pattern = Sin cámara: esto es una imagen de prueba
no-camera = Sin cámara
numbered-camera = Cámara { $number }
no-effect = Sin efecto
effects = { $count } efectos

## Buttons and their keys

mirror = Espejo
camera = Cámara
file = Archivo
choose-file = Elegir un archivo
try-again = Reintentar
ok = Aceptar
cancel = Cancelar
close = Cerrar
back = Volver
next = Siguiente
previous = Anterior
done = Listo
start = Empezar
take-picture = Hacer la foto
stop = Parar
shoot-hint = disparar
look-hint = estilo
mode-hint = modo
layout-hint = diseño
back-hint = volver
key-space = Espacio
key-left = Izq.
key-right = Der.
key-escape = Esc

## Shots

get-ready = { $shots ->
    [one] ¡Prepárate!
   *[other] ¡Prepárate: { $shots } fotos!
}
shot-of = Foto { $shot } de { $shots }
last-shot = La última foto
nice = ¡Genial!
get-ready-to-move = Prepárate para moverte
move-now = ¡Muévete!
filming = Grabando
developing = Revelando…
keep = Me la quedo
retake = Repetir
kept-in = Se guarda en { $seconds } s
no-photo = Esa foto no ha salido

## Modes and layouts

choose-mode = ¿Qué te apetece?
mode-single = Foto
mode-strip = Tira
mode-collage = Collage
mode-gif = GIF
mode-boomerang = Boomerang
mode-clip = Clip
choose-layout = Elige un diseño

## Looks

looks = Estilos
look-natural = Natural
look-noir = Cine negro
look-vintage = Vintage
look-comic = Cómic
look-bokeh = Bokeh
look-color-pop = En color
look-newsprint = Periódico
look-duotone = Dos tonos
look-thermal = Térmico
look-night = Noche
look-glitch = Glitch
look-kaleido = Caleido
look-twins = Gemelos
look-bulge = Burbuja
look-big-eyes = Ojazos
look-big-head = Cabezón
look-beach = Playa
look-space = Espacio
look-stage = Escenario
look-failed = Ese estilo no funciona aquí
stickers = Pegatinas
no-more-stickers = No caben más pegatinas
backgrounds = Fondos
remove = Quitar

## The result

your-picture = Tu foto
your-strip = Tu tira de fotos
your-collage = Tu collage
your-gif = Tu GIF
your-boomerang = Tu boomerang
your-clip = Tu clip
once-more = Otra vez
save-copy = Guardar una copia
save = Guardar
download = Descargar
upload = Subir
share = Compartir
print = Imprimir
delete = Borrar
saved-as = Guardada como { $file }
not-saved = No se ha guardado
uploading = Subiendo: { $percent } %
uploaded = Subida

## The QR code

scan-title = Escanéalo y llévatela
scan-network = Tu móvil tiene que estar en esta red wifi. La foto viaja sin cifrar.
scan-minutes = { $minutes ->
    [one] El código vale un minuto más.
   *[other] El código vale durante { $minutes } minutos.
}
scan-over = Este código ya no vale.

## The gallery

gallery = Galería
gallery-empty = Aún no hay fotos. ¡Haz la primera!
picture-of = Foto { $picture } de { $pictures }
delete-question = ¿Borrar esta foto? No se puede recuperar.
deleted = Borrada
deleted-after = { $days ->
    [one] Las fotos se borran al cabo de un día.
   *[other] Las fotos se borran al cabo de { $days } días.
}

## Consent

consent-title = Antes de empezar
consent-camera = La cámara te muestra en esta pantalla. Solo hace fotos después de una cuenta atrás.
consent-days = { $days ->
    [one] Tus fotos se quedan un día en este fotomatón. Después se borran.
   *[other] Tus fotos se quedan { $days } días en este fotomatón. Después se borran.
}
consent-forever = Tus fotos se quedan en este fotomatón hasta que el anfitrión las borre.
consent-network = Si recoges una foto con su código QR, viaja sin cifrar por la red de este local.
consent-upload = El fotomatón sube tus fotos al servidor del anfitrión.
consent-yes = Acepto
consent-no = No, gracias

## Printing

print-title = Imprime tu foto
copies = { $copies ->
    [one] Una copia
   *[other] { $copies } copias
}
more-copies = Una copia más
fewer-copies = Una copia menos
copies-left = { $copies ->
    [0] Ya has usado todas tus copias.
    [one] Te queda una copia.
   *[other] Te quedan { $copies } copias.
}
printing = Imprimiendo… Tu foto saldrá enseguida de la impresora.
printer-busy = La impresora está ocupada. Tu foto es la siguiente.

## Nobody is there

idle-question = ¿Sigues ahí?
idle-seconds = El fotomatón vuelve a empezar en { $seconds } s.
still-here = Aquí estoy
touch-to-start = Toca la pantalla para empezar
press-to-start = Pulsa el botón para empezar

## One button

button-hint = Pulsa: siguiente. Mantén: elegir.

## For the host

pin-title = Escribe el PIN
pin-wrong = El PIN no es correcto.
pin-wait = Demasiados intentos. Espera { $seconds } s.
erase = Borrar
leave-booth = Cerrar el fotomatón
sessions = Sesiones de hoy: { $today }. En total: { $all }.

## Errors: what happened, and what to do next

error-no-camera = No encontramos ninguna cámara
error-no-camera-advice = Conecta la cámara e inténtalo de nuevo.
error-denied = La cámara no está permitida
error-denied-advice = Permite la cámara para este fotomatón en los ajustes del sistema o del navegador e inténtalo de nuevo.
error-busy = La cámara está ocupada
error-busy-advice = Otro programa la está usando. Ciérralo e inténtalo de nuevo.
error-unplugged = Se ha desconectado la cámara
error-unplugged-advice = Revisa el cable e inténtalo de nuevo.
error-camera = La cámara tiene un problema
error-camera-advice = Desconéctala, vuelve a conectarla e inténtalo de nuevo.
error-disk-full = No queda espacio
error-disk-full-advice = Tu foto sigue en la pantalla. Avisa al anfitrión: el disco del fotomatón está lleno.
error-folder = No se puede guardar la foto
error-folder-advice = Avisa al anfitrión: el fotomatón no puede escribir en su carpeta.
error-no-printer = No encontramos la impresora
error-no-printer-advice = Avisa al anfitrión. Tu foto está guardada.
error-paper = La impresora no tiene papel
error-paper-advice = Avisa al anfitrión. Tu copia saldrá cuando haya papel.
error-ink = La impresora no tiene tinta
error-ink-advice = Avisa al anfitrión. Tu copia saldrá cuando haya tinta.
error-jam = El papel se ha atascado
error-jam-advice = Avisa al anfitrión y no tires del papel.
error-cover = La impresora está abierta
error-cover-advice = Cierra la tapa. Entonces saldrá tu copia.
error-printer = La impresora se toma un descanso
error-printer-advice = Avisa al anfitrión. Tu foto está guardada.
error-print-limit = Ya no te quedan copias
error-print-limit-advice = Has imprimido todas las copias que tiene cada invitado. Tu foto está guardada.
error-not-ours = Esta foto se queda
error-not-ours-advice = El archivo no es del fotomatón, así que no lo borra.
error-upload = No se ha podido subir la foto
error-upload-advice = Tu foto está guardada. Inténtalo de nuevo en un momento.
error-network = El fotomatón no está en ninguna red
error-network-advice = Por ahora no hay código QR. Tu foto está guardada.
error-other = Algo ha salido mal
error-other-advice = Inténtalo de nuevo. Si vuelve a pasar, avisa al anfitrión.

## For screen readers

label-look = Estilo: { $look }
label-countdown = { $seconds }
label-shots = { $taken } de { $shots } fotos hechas
label-mirror = Imagen en directo de la cámara
label-layout = Diseño: { $layout }
label-sticker = Pegatina: { $sticker }
sticker-glasses = gafas
sticker-crown = corona
sticker-mustache = bigote
sticker-hat = sombrero
sticker-heart = corazón
sticker-star = estrella

## Dates

date = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
