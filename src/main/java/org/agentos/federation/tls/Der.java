package org.agentos.federation.tls;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.util.Arrays;

/** As much DER as it takes to wrap a bare RSA or EC private key into PKCS#8, which is all the JDK reads. */
final class Der {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int LONG_FORM = 0x80;

    private Der() {}

    /**
     * {@code SEQUENCE { version 0, algorithm, OCTET STRING key }}; the algorithm, with an EC key's curve, is the one that
     * stands first in the encoding of the public half (RFC 5958, RFC 5280).
     */
    static byte[] pkcs8(byte[] key, PublicKey publicKey) {
        byte[] version = element(INTEGER, new byte[] {0});
        byte[] algorithm = firstElement(content(publicKey.getEncoded()));
        return element(SEQUENCE, join(version, algorithm, element(OCTET_STRING, key)));
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
        out.write(tag);
        if (content.length < LONG_FORM) {
            out.write(content.length);
        } else {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
            out.write(LONG_FORM | octets);
            for (int i = octets - 1; i >= 0; i--) {
                out.write(content.length >>> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] content(byte[] element) {
        int start = contentStart(element);
        return slice(element, start, start + contentLength(element));
    }

    private static byte[] firstElement(byte[] elements) {
        return slice(elements, 0, contentStart(elements) + contentLength(elements));
    }

    private static int contentStart(byte[] element) {
        int length = element[1] & 0xff;
        return length < LONG_FORM ? 2 : 2 + (length - LONG_FORM);
    }

    private static int contentLength(byte[] element) {
        int length = element[1] & 0xff;
        if (length < LONG_FORM) {
            return length;
        }
        int value = 0;
        for (int i = 0; i < length - LONG_FORM; i++) {
            value = value << 8 | (element[2 + i] & 0xff);
        }
        return value;
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
