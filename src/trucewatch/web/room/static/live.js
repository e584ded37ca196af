// Says on an open page that something new came, with a link to look; the page itself never changes under one's hands.
'use strict'

const news = document.getElementById('news')
const source = new EventSource('/room/events')
const counts = { entry: 0, statement: 0, conclusions: 0 }

function tell() {
  const said = [
    counts.conclusions ? 'new conclusions' : '',
    counts.statement ? `${counts.statement} new statement${counts.statement > 1 ? 's' : ''}` : '',
    counts.entry ? `${counts.entry} new record${counts.entry > 1 ? 's' : ''}` : '',
  ].filter(Boolean)
  document.getElementById('news-words').textContent = `Since this page was made: ${said.join(', ')}.`
  news.hidden = false
}

for (const name of ['statement', 'conclusions'])
  source.addEventListener(name, () => {
    counts[name] += 1
    tell()
  })
source.addEventListener('entry', (event) => {
  if (['observation', 'record'].includes(JSON.parse(event.data).type)) {
    counts.entry += 1
    tell()
  }
})
source.addEventListener('missed', () => {
  counts.conclusions += 1
  tell()
})
