// The 3-D Secure dialogue: a frame over the whole page until the shopper has answered.

function authenticate(intent) {
  const before = document.activeElement;
  const overflow = document.body.style.getPropertyValue('overflow');
  return new Promise((resolve) => {
    const page = `/_sandbox/three_d_secure/${intent.id}`;
    const frame = new Frame({
      page: `${page}?client_secret=${encodeURIComponent(intent.client_secret)}`,
      title: '3D Secure 2 authentication',
      hear(type) {
        if (type === 'open') frame.tell('start', {locale: document.documentElement.lang});
        if (type !== 'answered') return;
        frame.remove();
        document.body.style.setProperty('overflow', overflow);
        if (before instanceof HTMLElement) before.focus();
        resolve();
      },
    });
    style(frame.iframe, {
      position: 'fixed', inset: '0', width: '100%', height: '100%', margin: '0', border: '0',
      'z-index': '2147483647', 'color-scheme': 'light', background: 'transparent', display: 'block',
    });
    document.body.style.setProperty('overflow', 'hidden');
    document.body.append(frame.iframe);
  });
}
