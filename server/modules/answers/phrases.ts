import type { AnswerLanguage } from './answer-language.ts';

/** What Confab itself says to visitors, in the languages of the widget. */
interface Phrases {
  /** Said to a greeting. */
  hello: string;
  welcome: string;
  /** After "no" to the offer of a person. */
  allRight: string;
  unknown: string;
  failed: string;
  offerPerson: string;
  personCalled: string;
  /** The same outside of business hours. */
  personCalledAway: string;
  /** `{hours}` stands for days and times. */
  hours: string;
  /** `{time}` stands for a length of time. */
  usualReply: string;
  /** To a thread in which the assistant answers again. */
  assistantBack: string;
}

const table: Record<AnswerLanguage, Phrases> = {
  en: {
    hello: 'Hello! What would you like to know?',
    welcome: 'You are welcome!',
    allRight: 'All right. Just ask if there is anything else.',
    unknown: 'I could not find an answer to this.',
    failed: 'I cannot answer this at the moment.',
    offerPerson: 'Shall I call a person?',
    personCalled: 'I have called a person, who will answer you here.',
    personCalledAway: 'I have told our people. Nobody is there right now; you will get an answer here.',
    hours: 'We are there: {hours}.',
    usualReply: 'It usually takes about {time}.',
    assistantBack: 'The assistant answers again.',
  },
  de: {
    hello: 'Hallo! Was möchten Sie wissen?',
    welcome: 'Gern geschehen!',
    allRight: 'In Ordnung. Fragen Sie einfach, wenn Sie noch etwas wissen möchten.',
    unknown: 'Dazu habe ich keine Antwort gefunden.',
    failed: 'Darauf kann ich im Moment nicht antworten.',
    offerPerson: 'Soll ich einen Menschen rufen?',
    personCalled: 'Ich habe jemanden gerufen, der Ihnen hier antworten wird.',
    personCalledAway: 'Ich habe unserem Team Bescheid gegeben. Gerade ist niemand da; Sie bekommen hier eine Antwort.',
    hours: 'Wir sind da: {hours}.',
    usualReply: 'Das dauert meist etwa {time}.',
    assistantBack: 'Der Assistent antwortet wieder.',
  },
  fr: {
    hello: 'Bonjour ! Que souhaitez-vous savoir ?',
    welcome: 'Avec plaisir !',
    allRight: 'Très bien. N’hésitez pas si vous avez une autre question.',
    unknown: 'Je n’ai pas trouvé de réponse à cette question.',
    failed: 'Je ne peux pas répondre à cette question pour le moment.',
    offerPerson: 'Voulez-vous que j’appelle quelqu’un ?',
    personCalled: 'J’ai appelé quelqu’un, qui vous répondra ici.',
    personCalledAway: 'J’ai prévenu notre équipe. Personne n’est là en ce moment ; vous recevrez une réponse ici.',
    hours: 'Nous sommes là : {hours}.',
    usualReply: 'Cela prend en général environ {time}.',
    assistantBack: 'L’assistant répond de nouveau.',
  },
  es: {
    hello: '¡Hola! ¿Qué desea saber?',
    welcome: '¡De nada!',
    allRight: 'De acuerdo. Pregunte si necesita algo más.',
    unknown: 'No he encontrado una respuesta a esto.',
    failed: 'No puedo responder a esto en este momento.',
    offerPerson: '¿Quiere que llame a una persona?',
    personCalled: 'He llamado a una persona, que le responderá aquí.',
    personCalledAway: 'He avisado a nuestro equipo. Ahora mismo no hay nadie; recibirá una respuesta aquí.',
    hours: 'Estamos disponibles: {hours}.',
    usualReply: 'Suele tardar unos {time}.',
    assistantBack: 'El asistente vuelve a responder.',
  },
  tr: {
    hello: 'Merhaba! Ne öğrenmek istersiniz?',
    welcome: 'Rica ederim!',
    allRight: 'Tamam. Başka bir sorunuz olursa sorabilirsiniz.',
    unknown: 'Buna bir yanıt bulamadım.',
    failed: 'Şu anda buna yanıt veremiyorum.',
    offerPerson: 'Bir yetkili çağırayım mı?',
    personCalled: 'Bir yetkili çağırdım; size buradan yanıt verecek.',
    personCalledAway: 'Ekibimize haber verdim. Şu anda kimse yok; yanıtı buradan alacaksınız.',
    hours: 'Çalışma saatlerimiz: {hours}.',
    usualReply: 'Genellikle yaklaşık {time} sürer.',
    assistantBack: 'Asistan yeniden yanıtlıyor.',
  },
  ar: {
    hello: 'مرحبًا! ماذا تود أن تعرف؟',
    welcome: 'على الرحب والسعة!',
    allRight: 'حسنًا. اسألني إن احتجت إلى شيء آخر.',
    unknown: 'لم أجد إجابة عن هذا السؤال.',
    failed: 'لا أستطيع الإجابة عن هذا الآن.',
    offerPerson: 'هل أستدعي أحد الموظفين؟',
    personCalled: 'استدعيت أحد الموظفين، وسيجيبك هنا.',
    personCalledAway: 'أبلغت فريقنا. لا يوجد أحد الآن؛ ستصلك الإجابة هنا.',
    hours: 'أوقات عملنا: {hours}.',
    usualReply: 'يستغرق ذلك عادةً حوالي {time}.',
    assistantBack: 'عاد المساعد إلى الإجابة.',
  },
  he: {
    hello: 'שלום! מה תרצו לדעת?',
    welcome: 'בשמחה!',
    allRight: 'בסדר. אפשר לשאול אם יש עוד משהו.',
    unknown: 'לא מצאתי תשובה לשאלה הזו.',
    failed: 'אין לי אפשרות לענות על זה כרגע.',
    offerPerson: 'לקרוא לנציג?',
    personCalled: 'קראתי לנציג, שיענה לך כאן.',
    personCalledAway: 'עדכנתי את הצוות. אין כרגע אף אחד; התשובה תגיע לכאן.',
    hours: 'אנחנו זמינים: {hours}.',
    usualReply: 'בדרך כלל זה לוקח בערך {time}.',
    assistantBack: 'העוזר חוזר לענות.',
  },
  ja: {
    hello: 'こんにちは。どのようなことをお知りになりたいですか？',
    welcome: 'どういたしまして。',
    allRight: '承知しました。ほかにもあればお尋ねください。',
    unknown: 'この質問への回答が見つかりませんでした。',
    failed: '現在この質問にお答えできません。',
    offerPerson: '担当者をお呼びしましょうか？',
    personCalled: '担当者を呼びました。こちらで回答いたします。',
    personCalledAway: '担当者に伝えました。ただいま不在のため、後ほどこちらで回答いたします。',
    hours: '対応時間：{hours}。',
    usualReply: '通常、約{time}かかります。',
    assistantBack: 'アシスタントが回答を再開します。',
  },
  zh: {
    hello: '您好！您想了解什么？',
    welcome: '不客气！',
    allRight: '好的。如有其他问题，请随时提问。',
    unknown: '我没有找到这个问题的答案。',
    failed: '我现在无法回答这个问题。',
    offerPerson: '需要我联系人工客服吗？',
    personCalled: '我已联系人工客服，会在这里回复您。',
    personCalledAway: '我已通知我们的团队。现在没有人在线，您会在这里收到回复。',
    hours: '我们的服务时间：{hours}。',
    usualReply: '通常需要约{time}。',
    assistantBack: '助手重新开始回答。',
  },
};

export function phrasesOf(language: AnswerLanguage): Phrases {
  return table[language];
}
