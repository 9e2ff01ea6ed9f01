/** Small talk that no document answers, in the languages of the widget. */
export type Intent = 'greeting' | 'thanks' | 'person' | 'yes' | 'no';

const words: Record<Exclude<Intent, 'person'>, string> = {
  greeting: `hi|hello|hey|hiya|howdy|good morning|good afternoon|good evening|hi there|hello there
    |hallo|moin|servus|guten tag|guten morgen|guten abend|grüß gott|grüezi
    |bonjour|bonsoir|salut|coucou|hola|buenas|buenos días|buenos dias|buenas tardes|buenas noches
    |merhaba|selam|günaydın|iyi günler|iyi akşamlar|مرحبا|مرحبًا|أهلا|اهلا|السلام عليكم|صباح الخير|مساء الخير
    |שלום|היי|הי|בוקר טוב|ערב טוב|こんにちは|こんばんは|おはよう|おはようございます|はじめまして
    |你好|您好|嗨|早上好|下午好|晚上好`,
  thanks: `thanks|thank you|thx|ty|many thanks|thanks a lot|thank you very much|great thanks|ok thanks|perfect thanks
    |danke|vielen dank|danke schön|dankeschön|besten dank|danke sehr|merci|merci beaucoup|merci bien
    |gracias|muchas gracias|teşekkürler|teşekkür ederim|sağ ol|sağol|شكرا|شكرًا|شكرا جزيلا|תודה|תודה רבה
    |ありがとう|ありがとうございます|ありがとうございました|谢谢|多谢|謝謝|谢谢你|谢谢您`,
  yes: `yes|yes please|yep|yeah|sure|ok|okay|please|please do|yes do|of course|go ahead|ja|ja bitte|gerne|ja gerne|bitte|klar
    |oui|oui merci|oui s'il vous plaît|oui svp|d'accord|volontiers|sí|si|sí por favor|si por favor|claro|vale|por favor|de acuerdo
    |evet|evet lütfen|tamam|olur|lütfen|نعم|نعم من فضلك|اجل|أجل|ايوه|أيوه|تمام|כן|כן בבקשה|בבקשה|אוקיי|בסדר
    |はい|はい お願いします|お願いします|ええ|うん|是|是的|好|好的|可以|需要|要|行|请`,
  no: `no|no thanks|no thank you|nope|not now|nein|nein danke|nö|non|non merci|no gracias|hayır|hayır teşekkürler|yok
    |لا|لا شكرا|לא|לא תודה|いいえ|いいえ 結構です|結構です|大丈夫です|不|不用|不用了|不需要|不要|没有`,
};

const exact = new Map<string, Intent>(
  Object.entries(words).flatMap(([intent, list]) =>
    list.split('|').map((phrase) => [normalize(phrase), intent as Intent] as const),
  ),
);

const person = [
  /^(please |hi |hello |can |could |may |i |let |put |i'd |is it possible )?.*\b(i|me|we|us)\b.{0,25}\b(talk|speak|chat|write|transferred|connected|through)\b.{0,12}\b(to|with)\b.{0,20}\b(person|human|agent|someone|somebody|representative|operator|employee|staff)\b/,
  /^(please )?(talk|speak|chat|connect me|transfer me)\b.{0,12}\b(to|with)\b.{0,20}\b(person|human|agent|someone|somebody|representative|operator|employee|staff)\b/,
  /^(please )?(can you |could you )?(i want|i need|i'd like|i would like|get me|give me|call)\b.{0,6}\b(a|an|some|real|live)\b.{0,10}\b(person|human|agent|representative|operator)\b/,
  /\b(mit|einen|einem|ein)\b.{0,30}\b(mensch|menschen|mitarbeiter|mitarbeiterin|berater|jemandem|person)\b.{0,20}\b(sprechen|reden|chatten|schreiben|verbinden|verbunden|rufen)\b/,
  /(parler|discuter|échanger) (.{0,20} )?(à|avec) .{0,20}\b(personne|humain|conseiller|conseillère|agent|quelqu['’]un|opérateur)/,
  /\b(hablar|chatear|comunicarme|contactar)\b.{0,20}\b(con)\b.{0,20}\b(persona|humano|agente|alguien|operador|asesor|representante)/,
  /(bir)?\s*(insanla|insan ile|yetkiliyle|yetkili ile|temsilciyle|temsilci ile|gerçek biriyle|müşteri hizmetleriyle).{0,20}(görüş|konuş|bağla)/,
  /(التحدث|أتحدث|اتحدث|أكلم|اكلم|التكلم|تحويلي).{0,20}(شخص|موظف|إنسان|انسان|ممثل|بشري)/,
  /(לדבר|לשוחח|להתחבר|תעבירו|העבירו).{0,20}(נציג|אדם|אנושי|מישהו|בן אדם)/,
  /(人|担当者|オペレーター|スタッフ).{0,6}(と|に)?.{0,4}(話し|話せ|繋い|つない|代わっ|相談)/,
  /(转|找|联系|接|叫).{0,4}人工|人工客服|(和|跟|与).{0,4}(真人|人工|客服).{0,6}(说|聊|谈|沟通|对话)/,
];
const personExact = new Set(
  [
    'human|person|agent|real person|a person please|human please|representative|operator|mensch|mitarbeiter|ein mensch bitte',
    'un humain|un conseiller|une personne|una persona|un agente|un humano|temsilci|yetkili|canlı destek|موظف|شخص حقيقي|נציג|נציג אנושי|担当者|人工|真人',
  ]
    .join('|')
    .split('|'),
);
const longestChars = 160;

/** What a message is when it is nothing but that; undefined for everything that may be a question. */
export function intentOf(text: string): Intent | undefined {
  if (text.length > longestChars) return undefined;
  const said = normalize(text);
  if (personExact.has(said) || person.some((pattern) => pattern.test(said))) return 'person';
  return exact.get(said);
}

function normalize(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\p{P}\p{S}\p{Extended_Pictographic}]+/gu, (mark) => (/['’]/.test(mark) ? "'" : ' '))
    .replace(/\s+/g, ' ')
    .trim();
}
