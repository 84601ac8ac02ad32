/* The modules of the classifiers that have tables. */
import * as browsersBrowsers from "../../src/extras/browsers/browsers.ts";
import * as browsersNetErrors from "../../src/extras/browsers/net-errors.ts";
import * as chainsEthers from "../../src/extras/chains/ethers.ts";
import * as chainsNodeWords from "../../src/extras/chains/node-words.ts";
import * as chainsSolana from "../../src/extras/chains/solana.ts";
import * as chainsViem from "../../src/extras/chains/viem.ts";
import * as chainsWeb3 from "../../src/extras/chains/web3.ts";
import * as cloudsAws from "../../src/extras/clouds/aws.ts";
import * as cloudsAzure from "../../src/extras/clouds/azure.ts";
import * as cloudsBigquery from "../../src/extras/clouds/bigquery.ts";
import * as cloudsGoogle from "../../src/extras/clouds/google.ts";
import * as commonAnswers from "../../src/extras/common/answers.ts";
import * as commonDelay from "../../src/extras/common/delay.ts";
import * as commonMessage from "../../src/extras/common/message.ts";
import * as commonPhrases from "../../src/extras/common/phrases.ts";
import * as commonRefine from "../../src/extras/common/refine.ts";
import * as commonStatus from "../../src/extras/common/status.ts";
import * as commonUsedUp from "../../src/extras/common/used-up.ts";
import * as commonVocabulary from "../../src/extras/common/vocabulary.ts";
import * as commonWords from "../../src/extras/common/words.ts";
import * as commonWrappers from "../../src/extras/common/wrappers.ts";
import * as httpLangchain from "../../src/extras/http/langchain.ts";
import * as httpLlm from "../../src/extras/http/llm.ts";
import * as httpNetwork from "../../src/extras/http/network.ts";
import * as identityJose from "../../src/extras/identity/jose.ts";
import * as identityJsonwebtoken from "../../src/extras/identity/jsonwebtoken.ts";
import * as identityLdap from "../../src/extras/identity/ldap.ts";
import * as identityMsal from "../../src/extras/identity/msal.ts";
import * as identityOauth2Bearer from "../../src/extras/identity/oauth2-bearer.ts";
import * as identityOpenid from "../../src/extras/identity/openid.ts";
import * as netFtp from "../../src/extras/net/ftp.ts";
import * as netMqtt from "../../src/extras/net/mqtt.ts";
import * as netSmtp from "../../src/extras/net/smtp.ts";
import * as netSsh from "../../src/extras/net/ssh.ts";
import * as rpcGraphql from "../../src/extras/rpc/graphql.ts";
import * as rpcJsonRpc from "../../src/extras/rpc/json-rpc.ts";
import * as rpcStatusCodes from "../../src/extras/rpc/status-codes.ts";
import * as rpcTrpc from "../../src/extras/rpc/trpc.ts";
import * as runtimesBun from "../../src/extras/runtimes/bun.ts";
import * as runtimesCloudflare from "../../src/extras/runtimes/cloudflare.ts";
import * as runtimesDeno from "../../src/extras/runtimes/deno.ts";
import * as runtimesVercel from "../../src/extras/runtimes/vercel.ts";
import * as searchAlgolia from "../../src/extras/search/algolia.ts";
import * as searchElasticsearch from "../../src/extras/search/elasticsearch.ts";
import * as searchMeilisearch from "../../src/extras/search/meilisearch.ts";
import * as searchMilvus from "../../src/extras/search/milvus.ts";
import * as searchPinecone from "../../src/extras/search/pinecone.ts";
import * as searchWeaviate from "../../src/extras/search/weaviate.ts";
import * as servicesBaileys from "../../src/extras/services/baileys.ts";
import * as servicesContentful from "../../src/extras/services/contentful.ts";
import * as servicesDiscord from "../../src/extras/services/discord.ts";
import * as servicesElevenlabs from "../../src/extras/services/elevenlabs.ts";
import * as servicesFirebase from "../../src/extras/services/firebase.ts";
import * as servicesFirebaseCodes from "../../src/extras/services/firebase-codes.ts";
import * as servicesOctokit from "../../src/extras/services/octokit.ts";
import * as servicesReplicate from "../../src/extras/services/replicate.ts";
import * as servicesSalesforce from "../../src/extras/services/salesforce.ts";
import * as servicesShopify from "../../src/extras/services/shopify.ts";
import * as servicesSlack from "../../src/extras/services/slack.ts";
import * as servicesStripe from "../../src/extras/services/stripe.ts";
import * as servicesSupabase from "../../src/extras/services/supabase.ts";
import * as servicesTelegram from "../../src/extras/services/telegram.ts";
import * as servicesTwilio from "../../src/extras/services/twilio.ts";
import * as sharedRetryableFlag from "../../src/extras/shared/retryable-flag.ts";
import * as sqlClickhouse from "../../src/extras/sql/clickhouse.ts";
import * as sqlLibsql from "../../src/extras/sql/libsql.ts";
import * as sqlMssql from "../../src/extras/sql/mssql.ts";
import * as sqlMysql from "../../src/extras/sql/mysql.ts";
import * as sqlNeon from "../../src/extras/sql/neon.ts";
import * as sqlOdbc from "../../src/extras/sql/odbc.ts";
import * as sqlOracle from "../../src/extras/sql/oracle.ts";
import * as sqlOrms from "../../src/extras/sql/orms.ts";
import * as sqlPglite from "../../src/extras/sql/pglite.ts";
import * as sqlPlanetscale from "../../src/extras/sql/planetscale.ts";
import * as sqlSnowflake from "../../src/extras/sql/snowflake.ts";
import * as sqlSqlite from "../../src/extras/sql/sqlite.ts";
import * as sqlSqlstate from "../../src/extras/sql/sqlstate.ts";
import * as sqlStates from "../../src/extras/sql/states.ts";
import * as storesAmqp from "../../src/extras/stores/amqp.ts";
import * as storesBullmq from "../../src/extras/stores/bullmq.ts";
import * as storesCassandra from "../../src/extras/stores/cassandra.ts";
import * as storesConsul from "../../src/extras/stores/consul.ts";
import * as storesEtcd from "../../src/extras/stores/etcd.ts";
import * as storesKafka from "../../src/extras/stores/kafka.ts";
import * as storesMemcached from "../../src/extras/stores/memcached.ts";
import * as storesMongo from "../../src/extras/stores/mongo.ts";
import * as storesNats from "../../src/extras/stores/nats.ts";
import * as storesNeo4j from "../../src/extras/stores/neo4j.ts";
import * as storesPgBoss from "../../src/extras/stores/pg-boss.ts";
import * as storesPulsar from "../../src/extras/stores/pulsar.ts";
import * as storesQstash from "../../src/extras/stores/qstash.ts";
import * as storesRedis from "../../src/extras/stores/redis.ts";
import * as storesVault from "../../src/extras/stores/vault.ts";
import * as storesZookeeper from "../../src/extras/stores/zookeeper.ts";
import * as workersTemporal from "../../src/extras/workers/temporal.ts";

export const MODULES: Readonly<Record<string, object>> = {
  "browsers/browsers": browsersBrowsers,
  "browsers/net-errors": browsersNetErrors,
  "chains/ethers": chainsEthers,
  "chains/node-words": chainsNodeWords,
  "chains/solana": chainsSolana,
  "chains/viem": chainsViem,
  "chains/web3": chainsWeb3,
  "clouds/aws": cloudsAws,
  "clouds/azure": cloudsAzure,
  "clouds/bigquery": cloudsBigquery,
  "clouds/google": cloudsGoogle,
  "common/answers": commonAnswers,
  "common/delay": commonDelay,
  "common/message": commonMessage,
  "common/phrases": commonPhrases,
  "common/refine": commonRefine,
  "common/status": commonStatus,
  "common/used-up": commonUsedUp,
  "common/vocabulary": commonVocabulary,
  "common/words": commonWords,
  "common/wrappers": commonWrappers,
  "http/langchain": httpLangchain,
  "http/llm": httpLlm,
  "http/network": httpNetwork,
  "identity/jose": identityJose,
  "identity/jsonwebtoken": identityJsonwebtoken,
  "identity/ldap": identityLdap,
  "identity/msal": identityMsal,
  "identity/oauth2-bearer": identityOauth2Bearer,
  "identity/openid": identityOpenid,
  "net/ftp": netFtp,
  "net/mqtt": netMqtt,
  "net/smtp": netSmtp,
  "net/ssh": netSsh,
  "rpc/graphql": rpcGraphql,
  "rpc/json-rpc": rpcJsonRpc,
  "rpc/status-codes": rpcStatusCodes,
  "rpc/trpc": rpcTrpc,
  "runtimes/bun": runtimesBun,
  "runtimes/cloudflare": runtimesCloudflare,
  "runtimes/deno": runtimesDeno,
  "runtimes/vercel": runtimesVercel,
  "search/algolia": searchAlgolia,
  "search/elasticsearch": searchElasticsearch,
  "search/meilisearch": searchMeilisearch,
  "search/milvus": searchMilvus,
  "search/pinecone": searchPinecone,
  "search/weaviate": searchWeaviate,
  "services/baileys": servicesBaileys,
  "services/contentful": servicesContentful,
  "services/discord": servicesDiscord,
  "services/elevenlabs": servicesElevenlabs,
  "services/firebase-codes": servicesFirebaseCodes,
  "services/firebase": servicesFirebase,
  "services/octokit": servicesOctokit,
  "services/replicate": servicesReplicate,
  "services/salesforce": servicesSalesforce,
  "services/shopify": servicesShopify,
  "services/slack": servicesSlack,
  "services/stripe": servicesStripe,
  "services/supabase": servicesSupabase,
  "services/telegram": servicesTelegram,
  "services/twilio": servicesTwilio,
  "shared/retryable-flag": sharedRetryableFlag,
  "sql/clickhouse": sqlClickhouse,
  "sql/libsql": sqlLibsql,
  "sql/mssql": sqlMssql,
  "sql/mysql": sqlMysql,
  "sql/neon": sqlNeon,
  "sql/odbc": sqlOdbc,
  "sql/oracle": sqlOracle,
  "sql/orms": sqlOrms,
  "sql/pglite": sqlPglite,
  "sql/planetscale": sqlPlanetscale,
  "sql/snowflake": sqlSnowflake,
  "sql/sqlite": sqlSqlite,
  "sql/sqlstate": sqlSqlstate,
  "sql/states": sqlStates,
  "stores/amqp": storesAmqp,
  "stores/bullmq": storesBullmq,
  "stores/cassandra": storesCassandra,
  "stores/consul": storesConsul,
  "stores/etcd": storesEtcd,
  "stores/kafka": storesKafka,
  "stores/memcached": storesMemcached,
  "stores/mongo": storesMongo,
  "stores/nats": storesNats,
  "stores/neo4j": storesNeo4j,
  "stores/pg-boss": storesPgBoss,
  "stores/pulsar": storesPulsar,
  "stores/qstash": storesQstash,
  "stores/redis": storesRedis,
  "stores/vault": storesVault,
  "stores/zookeeper": storesZookeeper,
  "workers/temporal": workersTemporal,
};
