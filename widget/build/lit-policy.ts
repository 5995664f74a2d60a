const OWN_POLICY = /(\w+)\.createPolicy\("lit-html",\{createHTML:\w+=>\w+\}\)/;

/**
 * Gives the Trusted Types policy of the Lit inside of a bundle the name that a page's CSP allows, `alpaca-connect`, and
 * makes it at the first rendering: Lit itself makes one called `lit-html` when it is imported, and a CSP allows each name
 * once, so a page that has a Lit of its own, or the script twice, would get an error in place of the element.
 */
export const litPolicy = {
  name: 'lit-policy',
  transform: {
    filter: { id: /\/lit-html\/(?:node\/)?lit-html\.js$/ },
    /** @throws Error when this version of Lit makes its policy in another way. */
    handler(code: string): string {
      if (!OWN_POLICY.test(code))
        throw new Error('lit-html makes its policy in a new way: see lit-policy.ts.');
      return code.replace(
        OWN_POLICY,
        '{createHTML(own){return(this.policy??=$1.createPolicy("alpaca-connect",{createHTML:own=>own})).createHTML(own)}}',
      );
    },
  },
};
