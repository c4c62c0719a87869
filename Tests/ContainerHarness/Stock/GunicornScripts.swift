/// The application of `GunicornService`.
enum GunicornScripts {
    static let application = #"""
        import contextlib, csv, hashlib, io, json, os, socket, sqlite3, subprocess, tempfile
        from string import Template
        from urllib.parse import parse_qs

        DATA = '/srv/data'

        def database():
            connection = sqlite3.connect(os.path.join(DATA, 'shop.db'), timeout=10)
            connection.execute('CREATE TABLE IF NOT EXISTS item (name TEXT)')
            return contextlib.closing(connection)

        def render(template, **values):
            with open(os.path.join('/srv/app/templates', template)) as file:
                return Template(file.read()).substitute(values)

        def page(query, body):
            return '200 OK', render('page.html', title='shop', body='loadline test')

        def health(query, body):
            return '200 OK', 'fine\n'

        def items(query, body):
            with database() as db:
                rows = db.execute('SELECT name FROM item LIMIT 20').fetchall()
            return '200 OK', ''.join(render('list.html', item=name) for (name,) in rows)

        def add(query, body):
            with database() as db, db:
                db.execute('INSERT INTO item VALUES (?)', (parse_qs(body.decode())['name'][0],))
            return '201 Created', 'added'

        def upload(query, body):
            with tempfile.NamedTemporaryFile(dir=DATA + '/uploads', delete=False) as file:
                file.write(body)
            return '201 Created', file.name

        def clear(query, body):
            for name in os.listdir(DATA + '/uploads'):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(DATA, 'uploads', name))
            return '200 OK', 'gone'

        def digest(query, body):
            text = query['text'][0].encode()
            return '200 OK', hashlib.pbkdf2_hmac('sha256', text, b'salt', 500).hex()

        def search(query, body):
            with database() as db:
                name = '%' + query['name'][0] + '%'
                found = db.execute('SELECT count(*) FROM item WHERE name LIKE ?', (name,))
                return '200 OK', json.dumps(found.fetchone())

        def report(query, body):
            out = io.StringIO()
            csv.writer(out).writerows([i, i * i] for i in range(int(query['rows'][0])))
            return '200 OK', out.getvalue()

        def stream(query, body):
            return '200 OK', (f'data: {i}\n\n' for i in range(20))

        def fail(query, body):
            raise RuntimeError('on purpose')

        def evaluate(query, body):
            """What a taken-over worker does: its reply is what the attacker gets."""
            names = {'reply': '', 'socket': socket, 'subprocess': subprocess, 'os': os}
            exec(body.decode(), names)
            return '200 OK', str(names['reply'])

        ROUTES = {
            ('GET', '/'): page, ('HEAD', '/'): page, ('GET', '/health'): health,
            ('GET', '/items'): items, ('POST', '/items'): add, ('PUT', '/uploads'): upload,
            ('DELETE', '/uploads'): clear, ('GET', '/hash'): digest, ('GET', '/search'): search,
            ('GET', '/report'): report, ('GET', '/stream'): stream, ('GET', '/fail'): fail,
            ('POST', '/eval'): evaluate,
        }

        def application(environ, start_response):
            method, path = environ['REQUEST_METHOD'], environ['PATH_INFO']
            handler = ROUTES.get((method, path))
            if handler is None:
                known = any(path == other for _, other in ROUTES)
                status, reply = ('405 No', 'no') if known else ('404 Not Found', 'no such page')
            else:
                body = environ['wsgi.input'].read()
                try:
                    status, reply = handler(parse_qs(environ['QUERY_STRING']), body)
                except Exception as error:
                    status, reply = '500 Failed', repr(error)
            start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
            parts = [reply] if isinstance(reply, str) else reply
            return (part.encode() for part in parts)

        """#
}
