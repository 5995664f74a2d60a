import type { Environment } from '../../../server/contract.ts';
import type { Scope } from './access-tokens.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { type Html, html } from './html.ts';

/** What the person reads about an account before choosing it. */
export interface AccountChoice {
  id: string;
  environment: Environment;
  name: string;
  number: string;
}

const PERMISSIONS: Record<Scope, string> = {
  'account:write': 'Change your account settings and your watchlists',
  trading: 'Place, change and cancel orders for you',
  data: 'Read market data on your behalf',
};

const HEADINGS: Record<Environment, string> = {
  paper: 'Paper account',
  live: 'Live account',
};

/** The body of the consent page. `ticket` names the waiting request; the form carries nothing else that matters. */
export function consentPage(
  request: AuthorizationRequest,
  accounts: readonly AccountChoice[],
  ticket: string,
  problem = '',
): Html {
  const { client, environments } = request;
  const optional = environments.length > 1;
  return html`<h1>Allow ${client.name} to use your account?</h1>
${problem === '' ? '' : html`<p role="alert">${problem}</p>`}
<p>${client.name} asks to be allowed to:</p>
<ul>${permissions(request.scope).map((sentence) => html`<li>${sentence}</li>`)}</ul>
<form method="post" action="/oauth/authorize">
<input type="hidden" name="ticket" value="${ticket}">
${environments.map((environment) => accountGroup(environment, accounts, optional))}
<div class="actions">
<button name="decision" value="deny">Deny</button>
<button name="decision" value="allow">Allow</button>
</div>
</form>
<p><small>Alpaca did not develop ${client.name} and does not endorse it. You return to ${new URL(request.redirectUri).host}.</small></p>`;
}

function permissions(scope: string): string[] {
  const asked = scope.split(' ').flatMap((name) => PERMISSIONS[name as Scope] ?? []);
  return ['See your account, positions, orders and history', ...asked];
}

/** With two groups, one of them may be left out. */
function accountGroup(environment: Environment, accounts: readonly AccountChoice[], optional: boolean): Html {
  const choices = accounts.filter((account) => account.environment === environment);
  return html`<fieldset>
<legend>${HEADINGS[environment]}</legend>
${choices.map(
  ({ id, name, number }, index) => html`<label>
<input type="radio" name="${environment}" value="${id}" ${index === 0 ? 'checked' : ''}>
<span>${name}<small>${number}</small></span>
</label>
`,
)}
${optional ? html`<label><input type="radio" name="${environment}" value=""> <span>No ${environment} account</span></label>` : ''}
</fieldset>
`;
}
