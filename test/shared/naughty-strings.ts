/**
 * Values that have broken software before, by what they try. Written with escapes, so that what is invisible can be read.
 * Every one of them is either refused where it comes in or takes a form that is proven harmless.
 */
export const naughtyStrings: Readonly<Record<string, readonly string[]>> = {
  'shell metacharacters': [
    '; rm -rf /', '&& reboot', '|| true', '| tee /etc/passwd', '`id`', '$(id)', '${IFS}', '$HOME', '$$', '$?', '!!', '!x', '~', '~root', '*', '?', '[a-z]', '{a,b}', '#comment', '\\', '\\\\',
    "'", "''", "'\\''", '"', '""', '"; id; "', "'; id; '", '$\'\\x41\'', '<(id)', '>(id)', '> /etc/passwd', '< /etc/shadow', '<<EOF', '2>&1', '&', '(', ')', '()', '() { :;}; id', '%s%n', '=cmd', 'a=b', '-', '--', '.', '..', '...',
    'example.org;id', 'example.org$(id)', 'example.org`id`', 'example.org|id', 'example.org&id', "example.org'", 'example.org"', 'example.org\\', 'example.org#', 'example.org %h',
  ],
  'white space and control characters': [
    '', ' ', '  ', '\t', '\n', '\r', '\r\n', '\u000b', '\u000c', '\u0000', '\u0007', '\u0008', '\u001b', '\u007f', '\u0085', 'a\nb', 'a\r\nb: c', 'a\u0000b', 'example.org\n', '\nexample.org', 'example.org\u0000.evil.org', 'example.org\nExecStart=/bin/sh',
    'example.org\r\nHost: evil.org', 'exam ple.org', 'example.org evil.org', 'example.org\tevil.org', '\ufeffexample.org',
  ],
  'tricks of Unicode': [
    '\u202eexample.org', 'example\u202egro.elpmaxe', '\u2066example.org\u2069', 'exam\u200bple.org', 'exam\u200cple.org', 'exam\u200dple.org', 'exam\u2060ple.org', 'exam\u00adple.org', 'example\u3002org', 'example\uff0eorg', 'example\uff61org', 'example\u2024org',
    'example.org\u2044path', 'example.org\u2215path', 'example.org\uff0fpath', 'example.org\u29f8path', 'example.org\uff1a443', 'a\u2025b', 'a\u2026b', '\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45.\uff4f\uff52\uff47', '\u0430pple.com', 'p\u0430ypal.com', 'xn--pple-43d.com', 'xn--a.com', 'xn--.com', 'xn--99999999.com', 'XN--MNCHEN-3YA.DE',
    'm\u00fcnchen.de', 'mu\u0308nchen.de', 'stra\u00dfe.de', '\u4f8b\u3048.jp', '\u0645\u062b\u0627\u0644.com', '\ud83d\ude00.com', '\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67.com', '\ud800', 'a\udfff.com', '\u0301.com', 'Z\u0351\u036b\u0343algo.com', '\u0130stanbul.com', '\u212aelvin.com', '\u00bd.com', '\u2460.com', 'e\u0301.com', '\ufffd.com', '\u00a0.com', '\u2028', '\u2029.com', '\u{e0041}.com', '\u{1d41a}.com',
  ],
  'domains at the edge': [
    'localhost', 'example', 'example.', '.example.org', 'example..org', 'example.org..', '-example.org', 'example-.org', 'exa_mple.org', '*.example.org', 'example.org:443', 'example.org:0', 'https://example.org', 'http://example.org/', '//example.org', 'user@example.org', 'user:pw@example.org', 'example.org/path', 'example.org?q', 'example.org#f',
    '192.0.2.1', '1.2.3', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '127.1', '[::1]', '::1', '[2001:db8::1]', '2001:db8::1', '1.1', 'example.1', 'example.0x1', '1.2.3.4.5', 'a.b-', 'foo.bar-pull', 'example.c0m', `${'a'.repeat(63)}.com`, `${'a'.repeat(64)}.com`, `${'a.'.repeat(99)}com`, `${'a.'.repeat(120)}com`, 'a'.repeat(5000), `${'\u00fc'.repeat(60)}.com`,
    'proxy', 'run', 'con.', 'nul.txt', 'homeport-proxy.service', 'example.service', 'example.org.service',
  ],
  'options and repositories': [
    '-rf', '--help', '--upload-pack=id', '--upload-pack=touch /tmp/x', '-oProxyCommand=id', '--exec=id', '--output=/etc/passwd', '-c core.sshCommand=id', 'ext::sh -c id', 'ext::sh -c id%20x', 'fd::17', 'file:///etc/passwd', 'file://localhost/etc', '/etc/passwd', './repo', 'C:\\repo', '\\\\server\\share', 'ssh://-oProxyCommand=id/x', 'ssh://example.org/x',
    'git@example.org:x.git', 'git://example.org/x', 'ftp://example.org/x', 'http::https://example.org/x', 'javascript:alert(1)', 'data:text/plain,x', 'https://', 'https:///x', 'https://example.org', 'https://example.org/', 'https://user@example.org/x', 'https://user:pw@example.org/x', 'https://:pw@example.org/x', 'https://@example.org/x', 'https://example.org/x#y', 'https://example.org/x y', 'https://example.org/x\ny',
    'https://example.org/x\u0000y', 'https://example.org/$(id)', 'https://example.org/`id`', "https://example.org/'", 'https://example.org/"', 'https://example.org/;id', 'https://example.org/x|id', 'https://example.org/%0a', 'https://example.org/%00', 'https://example.org/../../x', 'https://example.org\\@evil.org/x', 'https://ex\u00e4mple.org/x', 'https://example.org/\u00e4', 'https://[::1]/x', 'https://example.org:99999/x', 'https://example.org:0/x', 'HTTPS://EXAMPLE.ORG/X', 'https:example.org/x', 'https:/example.org/x', ' https://example.org/x ',
  ],
  'branches at the edge': [
    '@', '@{', '@{-1}', '@{u}', 'a@{b', 'a..b', 'a...b', 'a/', '/a', 'a//b', '.a', 'a/.b', 'a.', 'a./b', 'a.lock', 'a.lock/b', 'a.LOCK', 'a~b', 'a^b', 'a:b', 'a?b', 'a*b', 'a[b', 'a\\b', 'a b', '-a', 'a/-b', 'HEAD', 'refs/heads/main', 'main:refs/heads/x', '+main', '=', '#1', 'a#b', 'a=b', 'a+b', 'f\u00fcr', 'a\u007fb',
  ],
  'paths that lead out': [
    '../a', '../../etc/passwd', 'a/../../b', '/etc/passwd', '//a', './a', 'a/./b', 'a/..', '..\\..\\a', 'C:\\a', 'C:a', 'a//b', 'a/', '%2e%2e/a', '..%2fa', '....//a', '..;/a', 'a/\u0000b', '~/a', 'a\u2215..\u2215b', `${'a/'.repeat(600)}b`, 'a'.repeat(256), '.git/config', 'x/.git/hooks/post-checkout', '.htaccess', '.well-known/x', 'a:b', 'aux', '-rf', '--checkpoint-action=exec=id', '*', 'a\nb',
  ],
  'versions that are none': [
    'current', '../current', '0'.repeat(39), '0'.repeat(41), 'G'.repeat(40), `${'0'.repeat(40)}\n`, 'u20260101000000-0123abcd\n', 'u20260101000000-0123ABCD', 'u2026-1', 'U20260101000000-0123abcd', ` ${'0'.repeat(40)}`,
  ],
  'formats, terminals, databases, pages': [
    '%s%s%s%n', '%x', '%%', '%i', '%h', '%n', '{0}', '{{7*7}}', '${7*7}', '#{7*7}', '<%= 7 %>', '\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\u001b[2J', "' OR 1=1 --", '1; DROP TABLE sites', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '&lt;', ']]>', '<!--', '__proto__', 'constructor', 'toString', 'null', 'undefined', 'NaN', 'true', '0', '-1', '1e1000', '\u0000\u0001\u0002',
  ],
}

export const allNaughtyStrings: readonly string[] = Object.values(naughtyStrings).flat()
