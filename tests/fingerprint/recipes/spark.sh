#!/bin/bash
# SQL over two local masters; SiteConverter.java (compiled here) finds the call site behind Spark's own logging trait.
set -u; . "$(dirname "$0")/common.sh"
J=$SPARK_HOME; javac -cp $J/jars/log4j-core-2.20.0.jar:$J/jars/log4j-api-2.20.0.jar -d $HERE $HERE/SiteConverter.java; export SPARK_LOCAL_IP=127.0.0.1; mkdir -p spk; cd spk
run() { m=$1; shift; nice timeout 150 java -Xmx1g -Drecords=$RAW/spark.txt -Dlog4j2.configurationFile=$HERE/log4j2.properties -cp "$HERE:$J/jars/*" --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang.invoke=ALL-UNNAMED --add-opens=java.base/java.net=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED org.apache.spark.deploy.SparkSubmit --master $m --conf spark.executor.extraClassPath=$HERE --conf "spark.executor.extraJavaOptions=-Drecords=$RAW/spark.txt -Dlog4j2.configurationFile=$HERE/log4j2.properties" --driver-class-path $HERE "$@" >> spark.out 2>&1; }
S="--class org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver"
run "local-cluster[2,1,1024]" --conf spark.sql.shuffle.partitions=6 $S spark-internal -f $HERE/spark.sql
rm -rf metastore_db spark-warehouse
run "local[2]" --conf spark.memory.fraction=0.02 --conf spark.sql.shuffle.partitions=4 $S spark-internal -f $HERE/spark.sql
