#!/bin/bash
# Three servers and their clients; log4j names class and line.
set -u; . "$(dirname "$0")/common.sh"
R=$ROOT/usr/share/java; rm -rf zk $RAW/zookeeper*.txt; mkdir -p zk
CP=$R/zookeeper.jar:$R/zookeeper-jute.jar:$(ls $R/{log4j-1.2,slf4j-api,netty-*,snappy-java,commons-cli,metrics-core,jline2,jline3,jackson-*,jetty9-*,commons-io,commons-lang*,spotbugs*,audience*}.jar 2>/dev/null | tr '\n' ':')$(ls $R/slf4j-log4j12.jar)
cat > zk/log4j.properties <<P
log4j.rootLogger=DEBUG,f
log4j.appender.f=org.apache.log4j.FileAppender
log4j.appender.f.File=\${records}
log4j.appender.f.layout=org.apache.log4j.EnhancedPatternLayout
log4j.appender.f.layout.ConversionPattern=%p %C:%L\t%m%n
P
for i in 1 2 3; do mkdir -p zk/d$i; echo $i > zk/d$i/myid; cat > zk/z$i.cfg <<C
tickTime=500
initLimit=5
syncLimit=3
dataDir=zk/d$i
clientPort=1218$i
admin.enableServer=false
4lw.commands.whitelist=*
server.1=127.0.0.1:12281:12381
server.2=127.0.0.1:12282:12382
server.3=127.0.0.1:12283:12383
C
done
go() { java -Xmx256m -Drecords=$RAW/zookeeper$1.txt -Dlog4j.configuration=file:zk/log4j.properties -cp $CP org.apache.zookeeper.server.quorum.QuorumPeerMain zk/z$1.cfg > zk/out$1 2>&1 & }
cli() { printf "$2" | timeout 20 java -Xmx128m -Drecords=$RAW/zookeeper9.txt -Dlog4j.configuration=file:zk/log4j.properties -cp $CP org.apache.zookeeper.ZooKeeperMain -server 127.0.0.1:1218$1 > zk/cli 2>&1; }
go 1; go 2; go 3; P3=$!; sleep 8
cli 1 'create /a x\ncreate -e /b y\nls /\nget /nope\nset /a z\ncreate /app-1\ncreate /app-1/n-22 q\nls -R /\nquit\n'
for c in ruok stat mntr cons dump envi srvr wchs; do for p in 1 2 3; do (exec 3<>/dev/tcp/127.0.0.1/1218$p; printf $c >&3; timeout 1 cat <&3 >/dev/null) 2>/dev/null; done; done
kill $P3; sleep 3; cli 2 'create -s /s- v\ndelete /a\ndeleteall /app-1\nquit\n'; kill -9 $(jobs -p | head -1) 2>/dev/null; sleep 3; go 3; sleep 4; printf 'garbage\n' > /dev/tcp/127.0.0.1/12182; sleep 1; go 1; sleep 5; cli 3 'ls /\nsetquota -n 4 /b\naddauth digest u:p\nquit\n'; kill $(jobs -p)
