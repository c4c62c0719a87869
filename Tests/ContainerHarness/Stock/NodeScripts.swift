/// The application of `NodeService`.
enum NodeScripts {
    static let router = #"""
        'use strict';
        module.exports = function router() {
            const routes = new Map();
            return {
                on(method, path, handle) { routes.set(method + ' ' + path, handle); },
                find(method, path) {
                    const handle = routes.get(method + ' ' + path);
                    if (handle) return handle;
                    const isKnown = [...routes.keys()].some(key => key.endsWith(' ' + path));
                    return isKnown ? (request, reply) => reply.send(405, 'no') : undefined;
                },
            };
        };

        """#

    static let server = #"""
        'use strict';
        const cluster = require('cluster'), fs = require('fs'), http = require('http');
        const crypto = require('crypto'), dns = require('dns'), net = require('net');
        const dgram = require('dgram'), path = require('path'), zlib = require('zlib');
        const child = require('child_process'), router = require('tiny-router')();
        const configure = () => JSON.parse(fs.readFileSync('/srv/app/config.json'));
        let config = configure();

        if (cluster.isPrimary) {
            process.title = 'node primary';
            for (let i = 0; i < config.workers; i++) cluster.fork();
            cluster.on('exit', worker => { if (!worker.exitedAfterDisconnect) cluster.fork(); });
            process.on('SIGHUP', () => {
                config = configure();
                for (const worker of Object.values(cluster.workers)) {
                    cluster.fork().once('listening', () => worker.disconnect());
                }
            });
            process.on('SIGUSR2', () => {
                for (const worker of Object.values(cluster.workers)) {
                    if (worker.isConnected()) worker.send('reopen');
                }
            });
            process.on('SIGTERM', () => {
                cluster.removeAllListeners('exit');
                for (const worker of Object.values(cluster.workers)) worker.kill();
                process.exit(0);
            });
            return;
        }

        const data = '/srv/data', log = '/var/log/node/access.log';
        let out = fs.createWriteStream(log, { flags: 'a' });
        process.on('message', word => {
            if (word !== 'reopen') return;
            out.end();
            out = fs.createWriteStream(log, { flags: 'a' });
        });

        function render(values) {
            const page = fs.readFileSync('/srv/app/views/page.html', 'utf8');
            return page.replace(/{{(\w+)}}/g, (all, name) => values[name]);
        }
        router.on('GET', '/', (request, reply) =>
            reply.send(200, render({ title: config.title, body: 'loadline test' }), 'text/html'));
        router.on('GET', '/health', (request, reply) => reply.send(200, 'fine\n'));
        router.on('GET', '/api/items', (request, reply) =>
            fs.readdir(data, (error, names) => reply.send(200, JSON.stringify(names.length))));
        router.on('DELETE', '/api/items', (request, reply) => {
            for (const name of fs.readdirSync(data)) fs.rmSync(path.join(data, name), { force: true });
            reply.send(200, 'gone');
        });
        const store = (request, reply, body) => {
            let item;
            try { item = JSON.parse(body); } catch { return reply.send(400, 'no JSON'); }
            const file = path.join(data, crypto.randomUUID() + '.json');
            fs.writeFile(file, JSON.stringify(item), () => reply.send(201, file));
        };
        router.on('POST', '/api/items', store);
        router.on('PUT', '/api/items', store);
        router.on('GET', '/hash', (request, reply) => {
            const rounds = Number(request.query.get('rounds') || 100);
            crypto.pbkdf2(request.query.get('text'), 'salt', rounds, 32, 'sha256',
                (error, key) => reply.send(200, key.toString('hex')));
        });
        router.on('GET', '/lookup', (request, reply) =>
            dns.lookup(request.query.get('name'), (error, address) => reply.send(200, address)));
        router.on('GET', '/report', (request, reply) => {
            const rows = Array.from({ length: Number(request.query.get('rows')) }, (_, i) => i * i);
            reply.setHeader('Content-Encoding', 'gzip');
            zlib.gzip(JSON.stringify(rows), (error, bytes) => reply.send(200, bytes));
        });
        router.on('GET', '/events', (request, reply) => {
            let left = 5;
            const timer = setInterval(() => {
                reply.write(`data: ${left}\n\n`);
                if (--left === 0) { clearInterval(timer); reply.end(); }
            }, 50);
        });
        router.on('GET', '/fail', () => { throw new Error('on purpose'); });

        // What a taken-over worker does: its reply is what the attacker gets.
        router.on('POST', '/eval', (request, reply, body) => {
            const done = text => reply.send(200, String(text));
            try { new Function('require', 'done', body)(require, done); }
            catch (error) { done(error); }
        });

        function serveFile(request, reply, name) {
            const file = path.join('/srv/app/public', path.basename(name));
            fs.readFile(file, (error, bytes) => {
                if (error) return reply.send(404, 'no such file');
                const tag = `"${path.basename(name)}"`;
                reply.setHeader('ETag', tag);
                if (request.headers['if-none-match'] === tag) return reply.send(304, '');
                const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range || '');
                if (range) return reply.send(206, bytes.subarray(+range[1], +range[2] + 1));
                reply.send(200, bytes);
            });
        }

        http.createServer((request, reply) => {
            const url = new URL(request.url, 'http://127.0.0.1');
            request.query = url.searchParams;
            reply.send = (status, content, type) => {
                reply.writeHead(status, { 'Content-Type': type || 'text/plain' });
                reply.end(content);
                out.write(`${request.method} ${request.url} ${status}\n`);
            };
            let body = '';
            request.on('data', part => { body += part; });
            request.on('end', () => {
                try {
                    if (url.pathname.startsWith('/static/')) {
                        return serveFile(request, reply, url.pathname);
                    }
                    const handle = router.find(request.method, url.pathname);
                    if (!handle) return reply.send(404, 'no such page');
                    handle(request, reply, body);
                } catch (error) { reply.send(500, 'failed'); }
            });
        }).listen(config.port);

        """#
}
