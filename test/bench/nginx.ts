import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from '../server-process.ts';
import { MeasuredProcess } from './measured-process.ts';

/** The path of an nginx on this machine; `NGINX_PATH` wins. */
export function findNginx(): string | undefined {
  const { NGINX_PATH = '', PATH = '' } = process.env;
  const candidates = PATH.split(delimiter).map((folder) => join(folder, 'nginx'));
  return [NGINX_PATH, ...candidates].find((path) => path !== '' && existsSync(path));
}

/** What nginx adds to a request, and the ports that it shares the requests out to. */
interface Front {
  /** `location` and `proxy_pass` as nginx has them: a slash at the end of both cuts the location off. */
  location: string;
  passTo: string;
  headers: Record<string, string>;
  ports: readonly number[];
}

/**
 * One process of nginx as a relay, with connections that it keeps.
 * @throws Error when it is not installed
 */
export async function startNginx(
  folder: string,
  front: Front,
): Promise<{ nginx: MeasuredProcess; port: number }> {
  const program = findNginx();
  if (program === undefined) throw new Error('not installed: apt-get install nginx, or NGINX_PATH');
  const port = await freePort();
  const prefix = join(folder, `nginx-${port}`);
  writeFileSync(`${prefix}.conf`, configuration(prefix, port, front));
  const parameters = ['-c', `${prefix}.conf`, '-p', folder, '-e', `${prefix}.log`];
  return { nginx: new MeasuredProcess(program, parameters, {}, `${prefix}.log`), port };
}

function configuration(prefix: string, port: number, { location, passTo, headers, ports }: Front): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${prefix}-${kind};`,
  );
  const added = Object.entries(headers).map(([name, value]) => `proxy_set_header ${name} "${value}";`);
  return `daemon off; master_process off; pid ${prefix}.pid; error_log ${prefix}.log;
events { worker_connections 1024; }
http {
  ${temporary.join(' ')}
  access_log ${prefix}-access.log;
  keepalive_requests 100000000;
  upstream behind {
    ${ports.map((each) => `server 127.0.0.1:${each};`).join(' ')}
    keepalive 128; keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location ${location} {
      proxy_pass http://behind${passTo};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${added.join(' ')}
    }
  }
}
`;
}
