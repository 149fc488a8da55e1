/** Bodies as NaturaLead's reference prints them. https://docs.naturalead.ai/api-reference/conversations/list-conversations */

export const conversation = {
  _id: '665f1a2b3c4d5e6f7a8b9c0d',
  leadId: '<string>',
  accountId: '<string>',
  agentConfigId: '<string>',
  channel: 'whatsapp',
  leadPhone: '<string>',
  status: 'active',
  currentStageIndex: 123,
  messages: [{ role: 'agent', content: '<string>', timestamp: '2023-11-07T05:31:56Z', agentConfigId: '<string>' }],
  messageCount: 123,
  createdAt: '2023-11-07T05:31:56Z',
  updatedAt: '2023-11-07T05:31:56Z',
  campaignId: '<string>',
  leadEmail: '<string>',
  currentStageName: '<string>',
  summary: '<string>',
  qualificationResult: { qualified: true, reason: '<string>' },
}

export const listedConversations = [conversation]

/** https://docs.naturalead.ai/api-reference/leads/create-lead */
export const lead = {
  id: 7,
  name: 'Jane Anne Smith',
  phone: '+14155551234',
  email: 'jane@example.com',
  status: 'new',
  source: 'api',
  tags: [],
  externalId: null,
  createdAt: '2026-11-07T05:31:56Z',
}
