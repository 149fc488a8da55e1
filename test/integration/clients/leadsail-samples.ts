/** Answers printed in LeadSail's reference, letter by letter (https://docs.dev.leadsail.app/docs/api-reference). */

export const listedInteractions = `{
"success": true,
"data": {
"interactions": [
{
"interactionId": "int_abc123",
"leadId": "string",
"campaignId": "string",
"clientId": "string",
"offerId": "string",
"type": "call",
"status": "in_progress",
"phone": "string",
"telephony": {
"provider": "vonage",
"messageId": "string",
"phoneNumber": "string"
},
"call": {
"source": "webrtc",
"direction": "inbound",
"duration": 0,
"recordingUrl": "string",
"terminationReason": "string",
"voiceAI": {
"provider": "elevenlabs",
"agentId": "string",
"conversationId": "string"
},
"spokenTo": true
},
"sms": {
"agentMode": true,
"direction": "inbound"
},
"summary": "string",
"transcript": [
{
"timestamp": "string",
"role": "agent",
"message": "string",
"source": "manual"
}
],
"errorCode": "string",
"errorMessage": "string",
"createdAt": "string",
"updatedAt": "string"
}
]
}
}`

export const unauthorized = `{
"success": false,
"error": {
"code": "UNAUTHORIZED",
"message": "Authentication required"
}
}`

export const notFound = `{
"success": false,
"error": {
"code": "NOT_FOUND",
"message": "Resource not found"
}
}`

export const oneInteraction = `{
  "success": true,
  "data": {
    "interactionId": "int_abc123",
    "leadId": "string",
    "campaignId": "string",
    "clientId": "string",
    "offerId": "string",
    "type": "call",
    "status": "in_progress",
    "phone": "string",
    "telephony": {
      "provider": "vonage",
      "messageId": "string",
      "phoneNumber": "string"
    },
    "call": {
      "source": "webrtc",
      "direction": "inbound",
      "duration": 0,
      "recordingUrl": "string",
      "terminationReason": "string",
      "voiceAI": {
        "provider": "elevenlabs",
        "agentId": "string",
        "conversationId": "string"
      },
      "spokenTo": true
    },
    "sms": {
      "agentMode": true,
      "direction": "inbound"
    },
    "summary": "string",
    "transcript": [
      {
        "timestamp": "string",
        "role": "agent",
        "message": "string",
        "source": "manual"
      }
    ],
    "errorCode": "string",
    "errorMessage": "string",
    "createdAt": "string",
    "updatedAt": "string"
  }
}`

export const callTaken = `{
"success": true,
"data": {
"interactionId": "int_abc123",
"leadId": "string",
"campaignId": "string",
"agentId": "string"
}
}`

export const validationError = `{
"success": false,
"error": {
"code": "VALIDATION_ERROR",
"message": "Invalid input data",
"details": [
"string"
]
}
}`
