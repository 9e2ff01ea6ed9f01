import type { Language } from '../../language.ts';

export interface YourDataTexts {
  kept: string;
  download: string;
  preparing: string;
  erase: string;
  sure: string;
  confirm: string;
  keep: string;
  erasing: string;
  failed: string;
}

const en: YourDataTexts = {
  kept: 'This chat keeps what you wrote and sent here, so that it can be answered.',
  download: 'Download my data',
  preparing: 'Getting your data…',
  erase: 'Erase my data',
  sure: 'All your conversations and files will be erased for good, also for those who answer you.',
  confirm: 'Erase everything',
  keep: 'Keep it',
  erasing: 'Erasing…',
  failed: 'That did not work. Please try again.',
};

/** Apart from the texts of the chat: few look here, and all of them come with this part alone. */
export const yourDataTexts: Record<Language, YourDataTexts> = {
  en,
  de: {
    kept: 'Dieser Chat speichert, was Sie hier geschrieben und gesendet haben, damit es beantwortet werden kann.',
    download: 'Meine Daten herunterladen',
    preparing: 'Ihre Daten werden geholt …',
    erase: 'Meine Daten löschen',
    sure: 'Alle Ihre Unterhaltungen und Dateien werden endgültig gelöscht, auch für die, die Ihnen antworten.',
    confirm: 'Alles löschen',
    keep: 'Behalten',
    erasing: 'Wird gelöscht …',
    failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  },
  fr: {
    kept: 'Ce chat conserve ce que vous avez écrit et envoyé ici, afin de pouvoir y répondre.',
    download: 'Télécharger mes données',
    preparing: 'Récupération de vos données…',
    erase: 'Effacer mes données',
    sure: 'Toutes vos conversations et tous vos fichiers seront effacés définitivement, y compris pour ceux qui vous répondent.',
    confirm: 'Tout effacer',
    keep: 'Conserver',
    erasing: 'Effacement…',
    failed: 'Cela n’a pas fonctionné. Veuillez réessayer.',
  },
  es: {
    kept: 'Este chat guarda lo que has escrito y enviado aquí, para poder responderte.',
    download: 'Descargar mis datos',
    preparing: 'Obteniendo tus datos…',
    erase: 'Borrar mis datos',
    sure: 'Todas tus conversaciones y archivos se borrarán para siempre, también para quienes te responden.',
    confirm: 'Borrar todo',
    keep: 'Conservar',
    erasing: 'Borrando…',
    failed: 'No ha funcionado. Inténtalo de nuevo.',
  },
  tr: {
    kept: 'Bu sohbet, yanıtlanabilmesi için burada yazdıklarınızı ve gönderdiklerinizi saklar.',
    download: 'Verilerimi indir',
    preparing: 'Verileriniz alınıyor…',
    erase: 'Verilerimi sil',
    sure: 'Tüm konuşmalarınız ve dosyalarınız, size yanıt verenler için de kalıcı olarak silinecek.',
    confirm: 'Her şeyi sil',
    keep: 'Sakla',
    erasing: 'Siliniyor…',
    failed: 'Olmadı. Lütfen yeniden deneyin.',
  },
  ar: {
    kept: 'تحتفظ هذه الدردشة بما كتبته وأرسلته هنا حتى يمكن الرد عليه.',
    download: 'تنزيل بياناتي',
    preparing: 'جارٍ جلب بياناتك…',
    erase: 'محو بياناتي',
    sure: 'ستُمحى كل محادثاتك وملفاتك نهائيًا، لدى من يردّون عليك أيضًا.',
    confirm: 'محو كل شيء',
    keep: 'الاحتفاظ بها',
    erasing: 'جارٍ المحو…',
    failed: 'لم ينجح ذلك. يُرجى المحاولة مرة أخرى.',
  },
  he: {
    kept: 'הצ׳אט שומר את מה שכתבת ושלחת כאן, כדי שאפשר יהיה לענות.',
    download: 'הורדת הנתונים שלי',
    preparing: 'הנתונים שלך בדרך…',
    erase: 'מחיקת הנתונים שלי',
    sure: 'כל השיחות והקבצים שלך יימחקו לצמיתות, גם אצל מי שעונה לך.',
    confirm: 'מחיקת הכול',
    keep: 'השארה',
    erasing: 'מוחק…',
    failed: 'זה לא הצליח. נסו שוב.',
  },
  ja: {
    kept: 'このチャットは、回答できるように、ここで書いた内容と送ったファイルを保存しています。',
    download: '自分のデータをダウンロード',
    preparing: 'データを取得しています…',
    erase: '自分のデータを消去',
    sure: 'すべての会話とファイルが、回答する側でも完全に消去されます。',
    confirm: 'すべて消去',
    keep: '残す',
    erasing: '消去しています…',
    failed: 'うまくいきませんでした。もう一度お試しください。',
  },
  zh: {
    kept: '此聊天会保存您在这里写下和发送的内容，以便回复您。',
    download: '下载我的数据',
    preparing: '正在获取您的数据…',
    erase: '清除我的数据',
    sure: '您的所有对话和文件都将被永久清除，回复您的人也无法再看到。',
    confirm: '全部清除',
    keep: '保留',
    erasing: '正在清除…',
    failed: '未能完成，请重试。',
  },
};
