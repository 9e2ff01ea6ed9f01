/**
 * Words that say nothing about what a text is about, in lower case with their accents. Beside the articles, pronouns
 * and auxiliaries the lists hold what questions are asked with: documents seldom hold those words, so that their
 * rareness would otherwise make them the most telling ones of a question. Words that may name a thing (can, will, may as
 * nouns) are in where they hardly ever do.
 */
const lists = {
  en: `a an the and or but nor if then than so of at by for with about against between into through during before after
    above below to from up down in out on off over under again further once here there when where why how all any both
    each few more most other some such no not only own same too very s t can will just don should now i me my myself we
    our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they
    them their theirs themselves what which who whom whose this that these those am is are was were be been being have
    has had having do does did doing would could shall may might must cannot as until while because ll re ve d m doesn
    didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn also upon per via there's it's i'm how's what's
    please tell yes ok many much`,
  de: `aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei bin
    bis bist da damit dann das dass daß dasselbe dazu dein deine deinem deinen deiner deines dem den denn der derer
    dessen des desselben dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen
    einer eines einig einige einigem einigen einiger einiges er es etwas euch euer eure eurem euren eurer für gegen
    gewesen hab habe haben hat hatte hatten hattest hattet hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
    ihres im in indem ins ist jede jedem jeden jeder jedes jene jenem jenen jener jenes jetzt kann kannst können könnt
    konnte könnte man manche manchem manchen mancher manches mein meine meinem meinen meiner meines mich mir mit muss
    muß musste müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seines selbst
    sich sie sind so solche solchem solchen solcher solches soll sollen sollte sondern sonst über um und uns unser unsere
    unserem unseren unserer unter viel viele vielen vom von vor während war waren warst was weg weil weiter welche
    welchem welchen welcher welches wenn wer werde werden wessen wem wen wie wieder wieso weshalb warum wann wo wofür
    womit wohin woher wodurch wobei woraus worin worüber wovon wozu will wir wird wirst worden wurde wurden würde würden
    zu zum zur zwar zwischen bitte gibt gab ja nein dabei darf dürfen mal`,
  fr: `à au aux avec ce ces cet cette celui celle ceux celles ceci cela ça comme comment combien dans de des du elle elles
    en et est était étaient étant été être eu eux il ils je la le les leur leurs lui ma mais me même mes moi mon ne ni
    nos notre nous on ont ou où par parce pas plus pour pourquoi quand que quel quelle quelles quels quelque quelques
    qui quoi sa sans se selon sera seront ses si soi son sont sous sur ta te tes toi ton tous tout toute toutes très tu
    un une vos votre vous y a ai as avait avaient avez avons aura auront aurait auraient ait ayant c d j l m n s t qu
    aussi car chez depuis donc dont durant entre lors lorsque peut peuvent puis sommes suis êtes fait faire faut
    lequel laquelle lesquels lesquelles puis-je est-ce jusqu lorsqu puisqu quelqu vers`,
  es: `a al algo algún alguna algunas alguno algunos ante antes así aunque bajo bien cada como cómo con contra cual cuál
    cuales cuáles cualquier cuando cuándo cuanta cuánta cuantas cuántas cuanto cuánto cuantos cuántos de del desde donde
    dónde durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está están estaba
    estaban estar estas este esto estos estoy fue fueron ha había habían haber hace hacia han has hasta hay he la las
    le les lo los más me mi mí mis mismo mucha muchas mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro
    nuestros o os otra otras otro otros para pero poco por porque pues puede pueden puedo que qué quien quién quienes
    quiénes se sea sean según ser será serán si sí sido siendo sin sobre sois son soy su sus suyo tal también tampoco
    tan tanto te tengo tiene tienen todo toda todas todos tu tú tus un una unas uno unos usted ustedes vosotros y ya yo
    hacer hizo tenía tuvo cuya cuyo cuyas cuyos`,
  it: `a ad agli ai al alla alle allo anche c che chi ci cioè come con cosa così cui d da dagli dai dal dalla dalle dallo
    degli dei del della delle dello di dove e è ed era erano essere fa fare fra gli ha hai hanno ho i il in io l la le
    lei li lo loro lui ma me mi mia mie miei mio molto ne negli nei nel nella nelle nello noi non nostra nostre nostri
    nostro o ogni per perché perchè più poi può possono posso qual quale quali quando quanta quante quanti quanto quella
    quelle quelli quello questa queste questi questo se sei si sia siamo siete sono sta stata state stati stato su sua
    sue sugli sui sul sulla sulle sullo suo suoi tra tu tua tue tuo tuoi tutti tutto un una uno v vi voi vostra vostro`,
  pt: `a à às ao aos aquela aquelas aquele aqueles aquilo as até com como da das de dela delas dele deles depois do dos e é
    ela elas ele eles em entre era eram essa essas esse esses esta está estão estas este estes eu foi foram há isso isto
    já lhe lhes lo mais mas me mesmo meu meus minha minhas muito na não nas nem no nos nós nossa nossas nosso nossos num
    numa o onde os ou para pela pelas pelo pelos pode podem por porque porquê posso qual quais quando quanta quantas
    quanto quantos que quê quem são se sem ser será seu seus só sua suas sobre também te tem têm tinha ter teu teus tu
    tua tuas um uma umas uns você vocês vos`,
  nl: `aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens en er ge geen
    geweest haar had heb hebben heeft hem het hier hij hoe hoeveel hun iemand iets ik in is ja je jij kan kun kunnen kon
    maar me meer men met mij mijn moet moeten na naar niet niets nog nu of om omdat onder ons onze ook op over reeds te
    tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat we welk welke werd werden wezen
    wie wij wil worden wordt zal ze zelf zich zij zijn zo zonder zou`,
  tr: `acaba ama ancak arada artık asla aslında aynı bana bazen bazı belki ben benden beni benim beri bile bir biraz birçok
    biri birkaç birşey biz bize bizden bizi bizim böyle böylece bu buna bunda bundan bunlar bunları bunların bunu bunun
    burada bütün çok çoğu çünkü da daha dahi de defa değil diğer diye dolayı dolayısıyla edecek eden ederek edilen edilir
    ediyor eğer en et etmek etti ettiği fakat gibi göre hala halen hangi hangisi hani hatta hem henüz hep hepsi her
    herhangi herkes hiç hiçbir için ile ilgili ise işte kaç kaçta kadar kendi kendine kendini ki kim kimdir kimden kime
    kimi kimin kimler mı mi mu mü mıdır midir mudur müdür nasıl nasıldır ne neden nedeniyle nedir neler nelerdir nerede
    nereden neresi nereye ne zaman niçin niye o olan olarak oldu olduğu olduğunu olmak olması olsa olsun olup olur
    oluyor ona ondan onlar onlara onları onların onu onun orada oysa öyle pek rağmen sadece sana sanki şey siz sizden
    size sizi sizin sonra şu şuna şunu tarafından tüm üzere var vardı ve veya ya yani yapar yapılan yapan yapmak yaptı
    yapıyor yerine yine yoksa zaten zaman mıyım miyim edebilirim yapabilirim`,
  ru: `а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее её если
    есть еще ещё же за здесь и из или им их к как какая какие какой каков когда кого кому кто ли либо мне может можно мы
    на над надо наш не него нее нет ни них но ну о об однако он она они оно от откуда очень по под при с сколько со
    так также такой там те тем то того тоже той только том ты у уже хотя чего чей чем что чтобы чье чья эта эти это этот
    этого этой я почему зачем куда который которая которые которое`,
  ar: `في من على إلى الى عن مع هذا هذه ذلك تلك هؤلاء الذي التي الذين اللذان اللتان اللواتي ما ماذا من متى أين اين كيف كم
    لماذا لم هل أي اي أية اية أيّ هو هي هم هن هما أنا انا نحن أنت انت أنتم و أو او ثم أم ام لا لن لم ليس ليست كان كانت
    كانوا يكون تكون يكن قد لقد كل بعض غير بين عند عندما حيث حتى إذا اذا إن ان أن أنه انه أنها انها إنه إنها لأن لان لكن
    بل فقط أيضا ايضا منذ خلال بعد قبل حول ضد دون بدون تحت فوق أمام وراء به بها له لها لهم فيه فيها منه منها عنه عنها عليه
    عليها إليه إليها الذى التى وهو وهي وقد ولم ولا وما ومن وفي وكان وكانت كما كذلك مثل نفس أحد احد لدى لديه لديها يتم تم
    مما بما فيما ممن عما إلا الا سوى هنا هناك يمكن يمكنني الآن ذات بأن وأن بانه ولكن التالي لي لك إليها وذلك فهو فهي
    فإن مَن أكثر اكثر`,
  he: `של את על עם אל אם או כי לא כן מה מי מתי איפה היכן איך כיצד למה מדוע כמה איזה איזו אילו האם זה זו זאת אלה אלו הוא היא
    הם הן אני אתה אנחנו אנו אתם אתן יש אין היה היתה הייתה היו יהיה תהיה יהיו להיות גם רק כל עד אז אבל אך כך כמו בין לפי
    אחרי לפני תחת מעל ליד אצל ללא בלי בגלל כדי שבו שבה אשר הזה הזאת הזו האלה אותו אותה אותם אותי אותך שלי שלך שלו שלה
    שלנו שלכם שלהם לי לך לו לה לנו לכם להם בו בה בהם ממנו ממנה עליו עליה יותר מאוד מאד פחות עוד כבר שם פה כאן היכן מהו
    מהי מהם מהן מן ואת וגם ולא והוא והיא עצמו עצמה אפשר ניתן צריך`,
} satisfies Record<string, string>;

/** Function words and the forms of questions in scripts without blanks, cut out of queries before pairs are made. */
const questionForms = {
  zh: `请问 什么 甚么 哪些 哪个 哪里 哪儿 哪一 哪位 哪种 哪年 哪 谁 多少 多久 多大 多长 几个 怎么样 怎么 怎样 如何 为什么 为何 是否 能否 可否 吗 呢 吧 的 了 是
    什麼 哪裡 哪裏 誰 怎麼樣 怎麼 怎樣 為什麼 為何 嗎`,
  ja: `ですか ますか でしょうか ましたか ませんか のですか なぜ どうして どのように どのような どうやって どうすれば どれくらい どのくらい どれぐらい
    いくつ いくら いつ どこ だれ 誰 何ですか 何です 何人 何 どんな どの どれ どちら とは ください について という です ます でした ました する
    した して いる ある れた から まで より など には では とき こと もの`,
} satisfies Record<string, string>;

const words = new Map<string, ReadonlySet<string>>(
  Object.entries(lists).map(([language, list]) => [language, new Set(list.split(/\s+/))]),
);
const forms = new Map<string, RegExp>(
  Object.entries(questionForms).map(([language, list]) => [
    language,
    new RegExp(
      list
        .split(/\s+/)
        .sort((a, b) => b.length - a.length)
        .join('|'),
      'gu',
    ),
  ]),
);
const none: ReadonlySet<string> = new Set();

/** The stop words of a language (two letters), in lower case; empty for one that has none here. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  return words.get(language) ?? none;
}

/** The languages that have stop words here. */
export function languagesWithStopWords(): string[] {
  return [...words.keys()];
}

/** Matches what a question in a script without blanks is asked with; undefined for other languages. */
export function questionFormsOf(language: string): RegExp | undefined {
  return forms.get(language);
}
