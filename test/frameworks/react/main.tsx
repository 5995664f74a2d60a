import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { AlpacaConnectJsx } from '../../../widget/index.ts';
import '../../../widget/define.ts';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends AlpacaConnectJsx {}
  }
}

function App() {
  const [said, say] = useState('');
  return (
    <>
      <alpaca-connect
        server="/alpaca"
        environment="paper"
        messages={{ label: { connect: 'Link from React' } }}
        onalpaca-statechange={({ state }) => say(state)}
        onalpaca-disconnected={({ environments }) => say(`disconnected ${environments}`)}
      />
      <output>{said}</output>
    </>
  );
}

createRoot(document.getElementById('app') as HTMLElement).render(<App />);
