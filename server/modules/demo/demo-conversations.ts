import type { ConversationStatus, MessageRole } from '../../../shared/conversation-vocabulary.ts';

/** One thread of the demo inbox, with a visitor or made over the integration API. */
export interface DemoConversation {
  title: string;
  visitor?: { name: string; email?: string; locale: string; pageUrl: string };
  status: ConversationStatus;
  tags: string[];
  /** Whether the demo's owner has taken it. */
  assigned: boolean;
  /** `handoff`: the visitor calls for a person. */
  messages: ({ role: MessageRole; content: string } | 'handoff')[];
}

/** A day in the inbox of a shop for bicycles, oldest first, so that the one who waits comes out on top. */
export const demoConversations: DemoConversation[] = [
  {
    title: 'Warranty on a frame',
    visitor: { name: 'Tomás Rivera', email: 'tomas@example.com', locale: 'es', pageUrl: 'http://localhost:4000/demo' },
    status: 'closed',
    tags: ['warranty'],
    assigned: true,
    messages: [
      { role: 'user', content: 'Hi, there is a hairline crack at the weld of my Trail 2 frame. Is that covered?' },
      {
        role: 'assistant',
        content:
          'Frames have a five-year warranty against faults in material and welding. May I connect you with a person?',
      },
      { role: 'user', content: 'Yes please.' },
      'handoff',
      {
        role: 'agent',
        content: 'Hello Tomás, I am sorry to hear that. Could you send a photo of the weld and the frame number?',
      },
      { role: 'user', content: 'Frame number is T2-48112. The photo is on its way by mail.' },
      {
        role: 'agent',
        content: 'Got it: that is covered. A new frame leaves us on Monday, and fitting it costs you nothing.',
      },
      { role: 'user', content: 'Wonderful, thank you!' },
    ],
  },
  {
    title: 'Order 20417: delivery slot',
    status: 'closed',
    tags: ['order'],
    assigned: false,
    messages: [
      { role: 'system', content: 'Order 20417 was placed.' },
      { role: 'user', content: 'Can it come on Saturday instead of Friday?' },
      { role: 'assistant', content: 'Yes. I have moved your delivery to Saturday between 9:00 and 12:00.' },
    ],
  },
  {
    title: 'Opening hours in December',
    visitor: { name: 'Lena Hoffmann', locale: 'de', pageUrl: 'http://localhost:4000/demo' },
    status: 'open',
    tags: [],
    assigned: false,
    messages: [
      { role: 'user', content: 'Are you open on the 24th?' },
      { role: 'assistant', content: 'On 24 December the shop is open from 9:00 to 13:00, the workshop is closed.' },
    ],
  },
  {
    title: 'Which size for 1.72 m?',
    visitor: { name: 'Mika Sato', email: 'mika@example.com', locale: 'ja', pageUrl: 'http://localhost:4000/demo' },
    status: 'open',
    tags: ['advice'],
    assigned: true,
    messages: [
      { role: 'user', content: 'I am 1.72 m tall and between sizes M and L on your chart. Which Commuter fits?' },
      {
        role: 'assistant',
        content: 'At 1.72 m most riders take M. What is your inseam? Above 82 cm the L is usually the better one.',
      },
      { role: 'user', content: '84 cm. But I like to sit upright.' },
      {
        role: 'agent',
        content: 'Then take the M: with the high stem it sits you upright, and the seat post is long enough for 84 cm.',
      },
    ],
  },
  {
    title: 'Return of a helmet',
    visitor: { name: 'Amira Haddad', email: 'amira@example.com', locale: 'en', pageUrl: 'http://localhost:4000/demo' },
    status: 'waiting',
    tags: ['return'],
    assigned: false,
    messages: [
      { role: 'user', content: 'The helmet I bought on Tuesday is too small. Can I swap it for an L?' },
      {
        role: 'assistant',
        content:
          'You can return it within 30 days, unused, with the tags on. Shall I ask a person to arrange the swap?',
      },
      { role: 'user', content: 'Yes, please. I am in town tomorrow and could bring it along.' },
      'handoff',
    ],
  },
];
