/** Bounds that the server enforces and the browser shows. Characters are UTF-16 code units, as in `String.length`. */
export const limits = {
  requestBodyBytesMax: 1_000_000,
  pageSizeDefault: 50,
  pageSizeMax: 100,
  nameCharsMax: 200,
  emailCharsMax: 254,
  passwordCharsMin: 10,
  /** Of a second factor, or a recovery code. */
  codeCharsMax: 40,
  passwordCharsMax: 200,
  infoJsonCharsMax: 16_000,
  /** How deep the values of free-form JSON may lie inside each other. */
  jsonLevelsMax: 50,
  messageCharsMax: 32_000,
  metadataJsonCharsMax: 16_000,
  /** What a page says of itself with `Confab.setContext`. */
  contextJsonCharsMax: 4_000,
  clientMadeIdCharsMax: 100,
  titleCharsMax: 300,
  tagCharsMax: 50,
  tagsPerConversationMax: 20,
  welcomeMessageCharsMax: 1_000,
  systemPromptCharsMax: 20_000,
  allowedSitesMax: 100,
  /** Sites remembered of one widget, those seen last. */
  installsPerWidgetMax: 50,
  /** Sites on which one kind of fault of one widget is remembered, those seen last. */
  findingsPerKindMax: 20,
  /** Of each list in a page's report on its own tag. */
  reportCharsMax: 600,
  suggestedQuestionsMax: 6,
  suggestedQuestionCharsMax: 120,
  preChatFieldsMax: 8,
  previewCharsMax: 140,
  noteCharsMax: 10_000,
  shortcutCharsMax: 40,
  /** Canned replies of one client. */
  cannedRepliesMax: 1_000,
  handoffReasonCharsMax: 300,
  ratingCommentCharsMax: 2_000,
  searchCharsMax: 200,
  /** The largest document that can be allowed; the installation may allow less. */
  documentBytesMax: 100_000_000,
  documentTextCharsMax: 200_000,
  documentPairsMax: 500,
  pairQuestionCharsMax: 1_000,
  pairAnswerCharsMax: 8_000,
  addressCharsMax: 2_000,
  /** What can be allowed to be read of a site; the installation may allow less. */
  sitePagesMax: 2_000,
  siteDepthMax: 20,
  passageCharsMax: 8_000,
  questionCharsMax: 2_000,
  attachmentBytesMax: 10_000_000,
  attachmentNameCharsMax: 200,
  attachmentsPerMessageMax: 10,
  /** Files that one side of a conversation may have uploaded and not sent. */
  attachmentsUnsentMax: 30,
  visitorTokenCharsMax: 8_000,
  identityTokenCharsMax: 4_000,
  /** The site's own id of a visitor. */
  externalIdCharsMax: 200,
  /** How far ahead the end of a signed identity may lie. */
  identityLifetimeDaysMax: 7,
  /** As far as conversations are counted for the inbox. */
  conversationCountMax: 1_000,
  urlCharsMax: 2_000,
  webhooksPerClientMax: 10,
  webhookDescriptionCharsMax: 200,
  modelKeyCharsMax: 1_000,
  /** A question that is tried out, and one that an approved answer is for. */
  tryQuestionCharsMax: 2_000,
  approvedQuestionCharsMax: 500,
  approvedAnswerCharsMax: 8_000,
} as const;
