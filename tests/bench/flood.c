/* A paced sender of numbered syslog lines, for tests/bench/intake.py: cc -O2 -o flood flood.c

   flood udp  PORT RATE LINES SOURCES       datagrams from SOURCES sockets, paced every half millisecond
   flood tcp  PORT 0    LINES CONNECTIONS   as fast as it goes, 64 KiB a write
   flood many PORT RATE LINES CONNECTIONS   a line a write, evenly spaced, round robin

   Connects, says "ready", waits for a line on stdin, sends, and prints what it sent and how long that took as JSON;
   for streams "read" is when the receiver had read everything (it closed after our end of file). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BEFORE "<38>Mar 22 00:01:10 fw-01 sshd[4242]: Failed password for invalid user admin from 203.0.113.99 port "
#define AFTER " ssh2 - the rest of a usual line xx"
#define DIGITS 9
#define HEAD (sizeof BEFORE - 1)
#define SIZE (HEAD + DIGITS + sizeof AFTER - 1)
#define BURST 128
#define CATCH_UP 0.005 /* seconds */
#define CHUNK 430 /* lines of one stream write: 64 KiB */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void nap(double seconds) {
    struct timespec t = {0, (long)(seconds * 1e9)};
    nanosleep(&t, NULL);
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void line(char *at, long number) {
    memcpy(at, BEFORE, HEAD);
    for (int i = DIGITS - 1; i >= 0; i--, number /= 10) at[HEAD + i] = '0' + number % 10;
    memcpy(at + HEAD + DIGITS, AFTER, sizeof AFTER - 1);
}

static void put(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("write");
        data += n;
        size -= n;
    }
}

static void udp(int *fds, int sources, double rate, long lines) {
    static char text[BURST][SIZE];
    static struct mmsghdr headers[BURST];
    static struct iovec parts[BURST];
    for (int i = 0; i < BURST; i++) {
        parts[i].iov_base = text[i];
        parts[i].iov_len = SIZE;
        headers[i].msg_hdr.msg_iov = &parts[i];
        headers[i].msg_hdr.msg_iovlen = 1;
    }
    int burst = sources > 1 ? 1 : BURST; /* several senders: one after the other */
    long sent = 0, turn = 0;
    double started = now();
    while (sent < lines) {
        double behind = (now() - started) - sent / rate - CATCH_UP;
        if (behind > 0) started += behind; /* we were not run for a while: slower, not a burst that nobody would send */
        long due = (long)((now() - started) * rate) + 1;
        if (due > lines) due = lines;
        while (sent < due) {
            int n = due - sent < burst ? (int)(due - sent) : burst;
            for (int i = 0; i < n; i++) line(text[i], sent + i);
            for (int done = 0; done < n;) {
                int got = sendmmsg(fds[turn % sources], headers + done, n - done, 0);
                if (got < 0 && errno == EINTR) continue;
                if (got < 0) fail("sendmmsg");
                done += got;
            }
            sent += n;
            turn++;
        }
        if (sent < lines) nap(sources > 1 && rate < 20000 ? 0.5 / rate : 0.0005);
    }
}

static void tcp(int *fds, int connections, long lines) {
    static char text[CHUNK * (SIZE + 1)];
    for (long sent = 0, turn = 0; sent < lines; turn++) {
        long n = lines - sent < CHUNK ? lines - sent : CHUNK;
        for (long i = 0; i < n; i++) {
            line(text + i * (SIZE + 1), sent + i);
            text[i * (SIZE + 1) + SIZE] = '\n';
        }
        put(fds[turn % connections], text, n * (SIZE + 1));
        sent += n;
    }
}

static void many(int *fds, int connections, double rate, long lines) {
    char text[SIZE + 1];
    double started = now();
    for (long sent = 0; sent < lines; sent++) {
        double ahead = sent / rate - (now() - started);
        if (ahead > 0) nap(ahead);
        line(text, sent);
        text[SIZE] = '\n';
        put(fds[sent % connections], text, SIZE + 1);
    }
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int datagrams = !strcmp(argv[1], "udp"), count = atoi(argv[5]);
    double rate = atof(argv[3]);
    long lines = atol(argv[4]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int *fds = calloc(count, sizeof *fds), yes = 1, size = 4 << 20;
    for (int i = 0; i < count; i++) {
        fds[i] = socket(AF_INET, datagrams ? SOCK_DGRAM : SOCK_STREAM, 0);
        if (fds[i] < 0) fail("socket");
        if (datagrams)
            setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        else
            setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (connect(fds[i], (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
    }
    printf("ready\n");
    fflush(stdout);
    if (getchar() == EOF) return 1;
    double started = now();
    if (datagrams)
        udp(fds, count, rate, lines);
    else if (!strcmp(argv[1], "tcp"))
        tcp(fds, count, lines);
    else
        many(fds, count, rate, lines);
    double sent = now();
    for (int i = 0; i < count && !datagrams; i++) shutdown(fds[i], SHUT_WR);
    char rest[512];
    for (int i = 0; i < count && !datagrams; i++)
        while (read(fds[i], rest, sizeof rest) > 0) {}
    printf("{\"sent\": %ld, \"seconds\": %.6f, \"read\": %.6f}\n", lines, sent - started, now() - started);
    return 0;
}
