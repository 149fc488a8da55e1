/**
 * The words by which people opt out of texts, by language, as data. English is what US rules and carriers name:
 * FCC 24-24 (47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe), the CTIA's and Twilio's
 * defaults (STOPALL, OPTOUT; https://www.twilio.com/docs/api/errors/30004) and the list that AWS has to obey (REMOVE, TD,
 * ARRET; https://docs.aws.amazon.com/sms-voice/latest/userguide/opt-out-list-keywords.html). The other languages are what
 * people who speak them write instead. Case, accents and punctuation do not matter anywhere.
 */

/** A message that says this and nothing else asks to be left alone: no doubt about it. */
export const keywords: readonly string[] = [
  // English
  ...['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'opt out', 'optout', 'remove'],
  // Spanish
  ...['alto', 'parar', 'pare', 'baja', 'cancelar', 'detener', 'detenganse', 'desuscribir', 'darme de baja'],
  // French; TD is the one of Canada's carriers
  ...['arret', 'arreter', 'arretez', 'desabonner', 'desabonnement', 'desinscription', 'desinscrire', 'td'],
  // German
  ...['stopp', 'stoppen', 'abmelden', 'abbestellen', 'kundigen', 'austragen'],
  // Portuguese
  ...['sair', 'parem', 'descadastrar', 'descadastre', 'desinscrever'],
  // Italian
  ...['ferma', 'fermare', 'cancella', 'disiscrivi', 'disiscrivimi', 'disiscrizione', 'annulla'],
  // Dutch
  ...['stoppen', 'afmelden', 'uitschrijven'],
  // Swedish, Norwegian, Danish
  ...['stoppa', 'avsluta', 'avregistrera', 'avmeld', 'frameld', 'afmeld'],
  // Polish, Romanian, Turkish
  ...['wypisz', 'rezygnuje', 'dezabonare', 'iptal', 'durdur'],
  // Russian, Ukrainian
  ...['стоп', 'отписаться', 'отписка', 'отмена', 'відписатися', 'скасувати'],
  // Chinese, Japanese, Korean
  ...['停止', '退订', '退訂', '取消', '拒收', '配信停止', '解除', '中止', '수신거부', '수신 거부', '중지'],
  // Tagalog, Haitian Creole
  ...['tigil', 'itigil', 'hinto', 'ihinto', 'sispann', 'sispan'],
  // Arabic, Hebrew, Hindi
  ...['توقف', 'ايقاف', 'إلغاء', 'إلغاء الاشتراك', 'הסר', 'להסיר', 'הסרה', 'बंद', 'बंद करो', 'रोको'],
]

/** A message that says this and nothing else most likely asks to be left alone. */
export const likelyWords: readonly string[] = [
  // What fingers make of STOP and its kin.
  ...['stpo', 'sotp', 'tsop', 'stp', 'dtop', 'atop', 'sttop', 'sstop', 'stopo', 'stoo', 'stoip', 'stap', 'cancle'],
  ...['no mas', 'no more', 'enough', 'spam', 'scam', 'dnc', 'block', 'blocked', 'delete', 'basta', 'fin', 'finish'],
  ...['para', 'eliminar', 'borrar', 'quitar', 'no molestar', 'suffit', 'assez', 'schluss', 'aus', 'chega', 'ophouden'],
  ...['хватит', 'не надо', 'huy', 'dung', 'ngung', '그만', 'やめて', '不要'],
]

/** Said along with a keyword these take nothing from it: `baja por favor`. */
export const courtesies: readonly string[] = [
  ...[
    'please',
    'pls',
    'plz',
    'kindly',
    'just',
    'now',
    'thanks',
    'thx',
    'ok',
    'okay',
    'hi',
    'hello',
    'hey',
    'sir',
    'sorry',
  ],
  ...[
    'por',
    'favor',
    'gracias',
    'ya',
    'hola',
    'sil',
    'vous',
    'te',
    'plait',
    'svp',
    'merci',
    'bonjour',
    'bitte',
    'danke',
  ],
  ...['hallo', 'obrigado', 'obrigada', 'ola', 'per', 'favore', 'grazie', 'ciao', 'aub', 'alstublieft', 'dank', 'u'],
]

/** Found in a clause these most likely ask to be left alone. Spaces at their ends are the borders of words. */
export const phrases: readonly RegExp[] = [
  // English
  / (?:un ?sub\w*|unsusc\w*|unscrib\w*|opt(?:ing|ed)? ?out|revoke|do not disturb|dnc|cease and desist) /,
  / (?:withdraw|revok)\w* (?:\S+ ){0,2}consent /,
  / (?:quit|no more|cease|end|cancel)(?: \S+){0,2} (?:text|call|messag|msg|contact|sms|communicat|spam|subscri)\w* (?:me |us )?(?:please |pls |now )?$/,
  / (?:quit|cease) (?:text|call|messag|contact|send|bother|harass|spam|email|phon|ring|bugg)\w* /,
  /^ (?:(?:please|pls|plz|just) )?(?:cancel|end|quit|remove)(?: (?:please|pls|now|it|this|all|everything|immediately|asap))+ $/,
  / cancel(?: it| this| all| everything)?(?: please| pls| now)? $| (?:want|need|like|wish) to (?:end|quit)(?: it| this)? $/,
  / no more (?:\S+ ){0,2}(?:texts?|calls?|messages?|msgs?|sms|contacts?|emails?|spam)/,
  /^ (?:please |pls )?no (?:calls?|texts?|messages?|contact|calling|texting|soliciting|solicitors)(?: \S+){0,2} $/,
  / (?:remove|delete|drop|erase) (?:me|us|my (?:cell |phone |contact )?(?:name|number|phone|info\w*|contact|data|details)|this (?:number|phone)|number) /,
  / (?:take|get) (?:me|us|my (?:name|number)|this number) (?:off|out) /,
  / (?:off|from) (?:of )?(?:your|ur|the|this) (?:\S+ )?list /,
  / (?:lose|forget) (?:my|this) number /,
  / leave (?:me|us) (?:the \S+ )?alone /,
  / (?:go away|get lost|buzz off|bugger off|piss off|fuck off|fuck you|stfu|shut up) /,
  / wrong (?:number|person|guy|phone) | not (?:my|the right) number /,
  / (?:this is|its|thats|report\w*(?: as| for| this as)?|marked? as) (?:spam|a scam|scam|harassment) /,
  / harass(?:ing|ment|ed) /,
  / (?:block|blocking|blocked|report|reporting) (?:you|(?:this|ur|your) number) /,
  / (?:no longer|do not|dont|didnt|did not|never) (?:want|wish|consent|agree|ask|asked|sign|signed)(?: \S+){0,5} (?:texts?|calls?|texted|called|contacted|messaged|messages?|hear from|communications?|emails?|solicited) /,
  / (?:not|no longer) (?:really |at all )?interested(?: (?:anymore|any more|thanks|thank you|thx|please|sorry|at all|at this time|right now|now|sir|maam))* $/,
  // Spanish
  / (?:no|nunca) (?:quiero|deseo) (?:\S+ ){0,3}(?:mensajes|llamadas|textos|recibir|recibiendo) /,
  / no me (?:vuelva[ns]? a )?(?:llam|escrib|text|contact|molest|mand|envi|marqu|marc)\w+ /,
  / (?:dej[ae]n?|par[ae]n?|dejar) de (?:me )?(?:llam|escrib|text|contact|molest|mand|envi|marc|jod|chinga)\w+ /,
  / (?:dej[ae]n?me|dejeme|dejenos) (?:ya )?(?:en paz|tranquil[oa]) /,
  / no mas (?:mensajes?|llamadas?|textos?|sms) /,
  / (?:darme|dar|dame|denme|deme|dese|quiero) (?:la |una )?(?:de )?baja /,
  / (?:quiten?me|saquen?me|borren?me|eliminen?me|remuevan?me|quiten|saquen|borren|eliminen?) (?:de |mi numero|este numero|$)/,
  / numero (?:equivocado|incorrecto) | no (?:estoy|estamos) interesad[oa]s? $| no me interesa $/,
  // French
  / (?:ne |n)(?:m|me |nous )?(?:appel|contact|ecri|envo|text|derang)\w+ (?:\S+ ){0,3}(?:plus|pas|jamais) (?!tard|tot|avant)/,
  / m?(?:appele[zr]|contacte[zr]|ecrive[zr]|envoye[zr]) (?:moi |nous )?(?:plus|jamais) (?!tard|tot|souvent)/,
  / arrete[zr]? (?:de |les |dappeler|denvoyer|decrire)/,
  / (?:desabonne|desinscri|desinscription|retire[zr] moi|supprime[zr] mon numero|enleve[zr] moi)\w*/,
  / (?:laisse[zr]? (?:moi|nous) tranquille|mauvais numero|faux numero) | (?:pas|plus) interessee?s? $/,
  // German
  / (?:nicht|nie) (?:mehr|wieder|weiter) (?:an|anrufen|schreiben|kontaktieren|melden|simsen|texten|belastigen) /,
  / keine? (?:\S+ )?(?:sms|nachrichten|anrufe|werbung|mails)(?: mehr| bitte)? $| keine weiteren /,
  / (?:abmelden|abbestellen|austragen|aufhoren|aufhoeren) | horen? (?:sie )?(?:bitte )?auf | hor auf /,
  / (?:lassen sie|lasst|lass) (?:mich|uns) in ruhe | falsche (?:nummer|person) | kein interesse $/,
  / (?:loschen|loeschen|entfernen) sie (?:bitte )?(?:meine|mich|diese) /,
  // Portuguese
  / par[ae]m? de (?:me )?(?:lig|mand|envi|mensag|contat|pertub|perturb|enche|incomod)\w* /,
  / nao (?:me )?(?:lig|mand|envi|contat|perturb|incomod|escrev|cham)\w+ (?:mais |$)| nao me (?:lig|mand|envi|contat|perturb|incomod)\w+ /,
  / nao quero (?:mais )?(?:receber|mensage\w+|ligac\w+|sms) | (?:descadastr|desinscrev)\w+ /,
  / me (?:(?:remov|exclu)\w+|tir\w+ (?:da|dessa|desta|de)) | (?:remov|exclu)\w+ (?:o )?meu numero | numero errado /,
  / nao (?:tenho|temos) interesse | nao estou interessad[oa] $| me deixem? em paz /,
  // Italian
  / (?:smett|piantat|finit)\w+ (?:di )?(?:chiam|scriv|mand|contatt|invi|messag)\w+ | smett(?:ila|etela) /,
  / non (?:mi |ci )?(?:chiam|scriv|mand|contatt|invi)\w+ (?:\S+ )?piu | (?:cancella|cancellate|togli|togliete)m[ei] /,
  / (?:lasciatemi|lasciami) in pace | numero sbagliato | non (?:mi interessa|sono interessat[oa]) $/,
  // Dutch, Polish
  / niet meer (?:bellen|smsen|sturen|appen|berichten|contacteren) | geen (?:berichten|sms\w*|telefoontjes) meer /,
  / (?:afmelden|uitschrijven|verkeerd nummer) | laat me met rust | nie (?:dzwon|pisz|wysylaj)\w* /,
  // Russian, Ukrainian
  / не (?:звон|пиш|присыл|беспоко|дзвон|надсил)\S* | (?:отпиш|відпиш)\S* | (?:прекратит|перестаньт|припиніть|хватит)\S* /,
  / (?:удалите|уберите) (?:мой|меня) | ошиблись номером | не туда попали /,
  // Vietnamese, Tagalog, Haitian Creole
  / (?:dung|ngung|đung) (?:goi|nhan tin|gui|lien lac) | huy dang ky | (?:tigil\w*|itigil|huwag) (?:\S+ ){0,2}(?:tumawag|mag ?text|tawag|text) /,
  / (?:sispann|pa) (?:rele|voye|ekri) m\w* /,
]

/** Languages that put no spaces between words: found anywhere. */
export const fragments: readonly string[] = [
  ...['退订', '退訂', '停止发', '停止發', '别再', '別再', '不要再', '拒收', '打错了', '打錯了'],
  ...['配信停止', '送らないで', 'やめてください', '連絡しないで', '電話しないで', '番号違い', '間違い電話'],
  ...['수신거부', '보내지 마', '보내지마', '연락하지 마', '연락하지마', '전화하지 마', '전화하지마', '그만 보내'],
  ...['لا تتصل', 'لا ترسل', 'توقف عن', 'الغاء الاشتراك', 'להסיר אותי', 'תסירו אותי', 'הסירו אותי', 'תפסיקו'],
  ...['फोन मत', 'मैसेज मत', 'कॉल मत'],
]

/** Signs that say it without a word. */
export const signs = /[🛑⛔🚫📵🔕🖕]/u
