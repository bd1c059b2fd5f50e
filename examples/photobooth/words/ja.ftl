# The booth's texts in Japanese.

booth = フォトブース
language = 言語

## The camera

camera-on = カメラ作動中
requesting-camera = カメラを準備しています…
no-frame-yet = カメラの準備ができていません
camera-gone = カメラが見つからなくなりました
camera-silent = カメラから映像が届いていません
only-camera = カメラは{ $camera }だけです
no-other-camera = ほかのカメラはありません
film-over = 映像が終わりました
film-over-advice = 別のファイルを選ぶか、もう一度お試しください。
file-failed = このファイルは使えません
test-pattern = カメラなし：テスト画面を表示しています
no-camera = カメラなし
numbered-camera = カメラ { $number }
no-effect = フィルターなし
effects = フィルター：{ $count }

## Buttons and their keys

mirror = 左右反転
camera = カメラ
file = ファイル
choose-file = ファイルを選ぶ
try-again = もう一度試す
ok = OK
cancel = キャンセル
close = 閉じる
back = 戻る
next = 次へ
previous = 前へ
done = 完了
start = はじめる
take-picture = 撮影する
stop = 中止
shoot-hint = 撮影
look-hint = フィルター
mode-hint = モード
layout-hint = レイアウト
back-hint = 戻る
key-space = スペース
key-left = ←
key-right = →
key-escape = Esc

## Shots

get-ready = { $shots ->
    [1] 撮りますよ！
   *[other] 撮りますよ！全部で{ $shots }枚です
}
shot-of = { $shots }枚中{ $shot }枚目
last-shot = 最後の1枚です
nice = いいね！
get-ready-to-move = 動く準備をしてください
move-now = 動いて！
filming = 撮影中
developing = 仕上げています…
keep = これにする
retake = 撮り直す
kept-in = { $seconds }秒後に決定します
no-photo = うまく撮れませんでした

## Modes and layouts

choose-mode = どれにしますか？
mode-single = 写真
mode-strip = 4コマ
mode-collage = コラージュ
mode-gif = GIF
mode-boomerang = ブーメラン
mode-clip = 動画
choose-layout = レイアウトを選んでください

## Looks

looks = フィルター
look-natural = ナチュラル
look-noir = モノクロ
look-vintage = レトロ
look-comic = コミック
look-bokeh = ボケ
look-color-pop = カラー
look-newsprint = 新聞
look-duotone = 2色刷り
look-thermal = サーモ
look-night = 暗視
look-glitch = グリッチ
look-kaleido = 万華鏡
look-twins = ふたご
look-bulge = ふくらみ
look-big-eyes = デカ目
look-big-head = でかあたま
look-beach = ビーチ
look-space = 宇宙
look-stage = ステージ
look-failed = このフィルターは使えません
stickers = スタンプ
no-more-stickers = これ以上スタンプを貼れません
backgrounds = 背景
remove = 外す

## The result

your-picture = 写真ができました
your-strip = 写真ができました
your-collage = コラージュができました
your-gif = GIFができました
your-boomerang = ブーメランができました
your-clip = 動画ができました
once-more = もう一度撮る
save-copy = コピーを保存
save = 保存
download = ダウンロード
upload = アップロード
share = 共有
print = 印刷
delete = 削除
saved-as = { $file }として保存しました
not-saved = 保存できませんでした
uploading = アップロード中：{ $percent }%
uploaded = アップロードしました

## The QR code

scan-title = 読み取ってお持ち帰り
scan-network = スマートフォンをこのWi-Fiに接続してください。写真は暗号化されずに送られます。
scan-minutes = { $minutes ->
    [1] あと1分間有効です。
   *[other] { $minutes }分間有効です。
}
scan-over = このコードは期限切れです。

## The gallery

gallery = ギャラリー
gallery-empty = まだ写真がありません。最初の1枚をどうぞ！
picture-of = { $pictures }枚中{ $picture }枚目
delete-question = この写真を削除しますか？元には戻せません。
deleted = 削除しました
deleted-after = 写真は{ $days }日後に削除されます。

## Consent

consent-title = はじめる前に
consent-camera = カメラの映像がこの画面に映ります。撮影するのはカウントダウンの後だけです。
consent-days = 写真はこのフォトブースに{ $days }日間保存され、その後削除されます。
consent-forever = 写真は主催者が削除するまでこのフォトブースに保存されます。
consent-network = QRコードで受け取る写真は、会場のネットワークを暗号化されずに通ります。
consent-upload = フォトブースは写真を主催者のサーバーにアップロードします。
consent-yes = 同意する
consent-no = 同意しない

## Printing

print-title = 写真を印刷
copies = { $copies }枚
more-copies = 1枚増やす
fewer-copies = 1枚減らす
copies-left = { $copies ->
    [0] 印刷できる枚数を使い切りました。
   *[other] あと{ $copies }枚印刷できます。
}
printing = 印刷しています…まもなくプリンターから出てきます。
printer-busy = プリンターは使用中です。次に印刷します。

## Nobody is there

idle-question = まだいらっしゃいますか？
idle-seconds = { $seconds }秒後に最初の画面に戻ります。
still-here = 続ける
touch-to-start = 画面に触れるとはじまります
press-to-start = ボタンを押すとはじまります

## One button

button-hint = 押す：次へ　長押し：決定

## For the host

pin-title = 暗証番号を入力してください
pin-wrong = 暗証番号が違います。
pin-wait = 試行回数が多すぎます。{ $seconds }秒お待ちください。
erase = 消す
leave-booth = フォトブースを終了
sessions = 今日の利用：{ $today }回　合計：{ $all }回

## Errors: what happened, and what to do next

error-no-camera = カメラが見つかりません
error-no-camera-advice = カメラを接続して、もう一度お試しください。
error-denied = カメラの使用が許可されていません
error-denied-advice = システムまたはブラウザーの設定でカメラを許可して、もう一度お試しください。
error-busy = カメラは使用中です
error-busy-advice = ほかのアプリがカメラを使っています。そのアプリを閉じて、もう一度お試しください。
error-unplugged = カメラの接続が切れました
error-unplugged-advice = ケーブルを確認して、もう一度お試しください。
error-camera = カメラに問題があります
error-camera-advice = カメラを接続し直して、もう一度お試しください。
error-disk-full = 空き容量がありません
error-disk-full-advice = 写真はまだ画面にあります。係の人に「ディスクの空きがない」とお伝えください。
error-folder = 写真を保存できません
error-folder-advice = 係の人に「保存先のフォルダーに書き込めない」とお伝えください。
error-no-printer = プリンターが見つかりません
error-no-printer-advice = 係の人にお知らせください。写真は保存されています。
error-paper = プリンターの用紙がありません
error-paper-advice = 係の人にお知らせください。用紙が入ると印刷されます。
error-ink = プリンターのインクがありません
error-ink-advice = 係の人にお知らせください。インクを交換すると印刷されます。
error-jam = 紙が詰まりました
error-jam-advice = 紙を引っ張らずに、係の人にお知らせください。
error-cover = プリンターのカバーが開いています
error-cover-advice = カバーを閉じると印刷されます。
error-printer = プリンターは休憩中です
error-printer-advice = 係の人にお知らせください。写真は保存されています。
error-print-limit = 印刷枚数の上限です
error-print-limit-advice = お一人が印刷できる枚数に達しました。写真は保存されています。
error-not-ours = この写真は削除できません
error-not-ours-advice = フォトブースのファイルではないため、削除しません。
error-upload = アップロードできませんでした
error-upload-advice = 写真は保存されています。少ししてからもう一度お試しください。
error-network = ネットワークに接続されていません
error-network-advice = 今はQRコードを使えません。写真は保存されています。
error-other = 問題が発生しました
error-other-advice = もう一度お試しください。続く場合は係の人にお知らせください。

## For screen readers

label-look = フィルター：{ $look }
label-countdown = { $seconds }
label-shots = { $shots }枚中{ $taken }枚撮影しました
label-mirror = カメラのライブ画面
label-layout = レイアウト：{ $layout }
label-sticker = スタンプ：{ $sticker }
sticker-glasses = めがね
sticker-crown = クラウン
sticker-mustache = ムスタッシュ
sticker-hat = キャップ
sticker-heart = はーと
sticker-star = スター

## Dates

date = { $year }年{ $month }月{ $day }日
