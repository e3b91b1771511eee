# Heartline's part of Tomcat's bin/setenv.sh.

# Buffers per line: Tomcat's 8 KiB each, five of them, are for uploads. 1 KiB cuts an idle line from about 50 KB to about
# 15 KB together with the Connector's and the Context's settings beside this file. Texts above 256 Ki characters (all
# above 1 KiB where heartline.tomcat.direct is false) leave in several frames of this size, which costs a little speed.
CATALINA_OPTS="$CATALINA_OPTS -Dorg.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE=1024"

# Settings of Heartline may stand here, or in context.xml, or in heartline.properties in the data directory:
# CATALINA_OPTS="$CATALINA_OPTS -Dheartline.data.dir=/var/lib/heartline"
