/*
 * All that `universalClassifier` knows. An error that looks like one of several libraries is asked about in this order, so what is
 * certain about few errors stands before what is certain about many: those that carry HTTP's statuses for another purpose before HTTP,
 * and everything before the codes of the system.
 */
import { browsers } from "./browsers/browsers.ts";
import { ethers } from "./chains/ethers.ts";
import { ethereumNodes } from "./chains/node-words.ts";
import { solana } from "./chains/solana.ts";
import { viem } from "./chains/viem.ts";
import { web3 } from "./chains/web3.ts";
import { aws } from "./clouds/aws.ts";
import { azure } from "./clouds/azure.ts";
import { bigquery } from "./clouds/bigquery.ts";
import { google } from "./clouds/google.ts";
import { common } from "./common/index.ts";
import { gemini } from "./http/gemini.ts";
import { http } from "./http/http.ts";
import { langchain } from "./http/langchain.ts";
import { llm } from "./http/llm.ts";
import { network, undici } from "./http/network.ts";
import { replies } from "./http/replies.ts";
import { jose } from "./identity/jose.ts";
import { jsonwebtoken } from "./identity/jsonwebtoken.ts";
import { ldap } from "./identity/ldap.ts";
import { msal } from "./identity/msal.ts";
import { oauth2Bearer } from "./identity/oauth2-bearer.ts";
import { openid } from "./identity/openid.ts";
import { ftp } from "./net/ftp.ts";
import { mqtt } from "./net/mqtt.ts";
import { smtp } from "./net/smtp.ts";
import { ssh } from "./net/ssh.ts";
import { connect } from "./rpc/connect.ts";
import { graphql } from "./rpc/graphql.ts";
import { grpc } from "./rpc/grpc.ts";
import { jsonRpc } from "./rpc/json-rpc.ts";
import { trpc } from "./rpc/trpc.ts";
import { bun } from "./runtimes/bun.ts";
import { cloudflare } from "./runtimes/cloudflare.ts";
import { deno } from "./runtimes/deno.ts";
import { vercel } from "./runtimes/vercel.ts";
import { algolia } from "./search/algolia.ts";
import { elasticsearch } from "./search/elasticsearch.ts";
import { meilisearch } from "./search/meilisearch.ts";
import { milvus } from "./search/milvus.ts";
import { pinecone } from "./search/pinecone.ts";
import { qdrant } from "./search/qdrant.ts";
import { weaviate } from "./search/weaviate.ts";
import { airtable } from "./services/airtable.ts";
import { baileys } from "./services/baileys.ts";
import { contentful } from "./services/contentful.ts";
import { discord } from "./services/discord.ts";
import { elevenlabs } from "./services/elevenlabs.ts";
import { firebase } from "./services/firebase.ts";
import { octokit } from "./services/octokit.ts";
import { replicate } from "./services/replicate.ts";
import { salesforce } from "./services/salesforce.ts";
import { sendgrid } from "./services/sendgrid.ts";
import { shopify } from "./services/shopify.ts";
import { slack } from "./services/slack.ts";
import { stripe } from "./services/stripe.ts";
import { supabase } from "./services/supabase.ts";
import { telegram } from "./services/telegram.ts";
import { twilio } from "./services/twilio.ts";
import { type Library, retryableFlag } from "./shared/index.ts";
import { clickhouse } from "./sql/clickhouse.ts";
import { libsql } from "./sql/libsql.ts";
import { mssql } from "./sql/mssql.ts";
import { mysql } from "./sql/mysql.ts";
import { neon } from "./sql/neon.ts";
import { odbc } from "./sql/odbc.ts";
import { oracle } from "./sql/oracle.ts";
import { drizzle } from "./sql/orms.ts";
import { pglite } from "./sql/pglite.ts";
import { planetscale } from "./sql/planetscale.ts";
import { snowflake } from "./sql/snowflake.ts";
import { sqlite } from "./sql/sqlite.ts";
import { sqlstate } from "./sql/sqlstate.ts";
import { amqp } from "./stores/amqp.ts";
import { bullmq } from "./stores/bullmq.ts";
import { cassandra } from "./stores/cassandra.ts";
import { consul } from "./stores/consul.ts";
import { etcd } from "./stores/etcd.ts";
import { kafka } from "./stores/kafka.ts";
import { memcached } from "./stores/memcached.ts";
import { mongo } from "./stores/mongo.ts";
import { nats } from "./stores/nats.ts";
import { neo4j } from "./stores/neo4j.ts";
import { pgBoss } from "./stores/pg-boss.ts";
import { pulsar } from "./stores/pulsar.ts";
import { qstash } from "./stores/qstash.ts";
import { redis } from "./stores/redis.ts";
import { vault } from "./stores/vault.ts";
import { zookeeper } from "./stores/zookeeper.ts";
import { temporal } from "./workers/temporal.ts";

export const LIBRARIES: readonly Library[] = [
  zookeeper,
  nats,
  etcd,
  ldap,
  elasticsearch,
  algolia,
  meilisearch,
  firebase,
  supabase,
  slack,
  stripe,
  twilio,
  sendgrid,
  octokit,
  telegram,
  discord,
  baileys,
  salesforce,
  shopify,
  airtable,
  contentful,
  consul,
  vault,
  jose,
  jsonwebtoken,
  oauth2Bearer,
  msal,
  openid,
  temporal,
  graphql,
  trpc,
  solana,
  ethers,
  viem,
  web3,
  ethereumNodes,
  jsonRpc,
  aws,
  azure,
  grpc,
  connect,
  bigquery,
  google,
  clickhouse,
  cassandra,
  neo4j,
  oracle,
  snowflake,
  milvus,
  pinecone,
  weaviate,
  qdrant,
  mssql,
  mysql,
  planetscale,
  libsql,
  sqlite,
  neon,
  pglite,
  pgBoss,
  sqlstate,
  odbc,
  drizzle,
  vercel,
  redis,
  qstash,
  memcached,
  amqp,
  pulsar,
  bullmq,
  smtp,
  ftp,
  ssh,
  mqtt,
  replies,
  bun,
  cloudflare,
  deno,
  browsers,
  gemini,
  elevenlabs,
  replicate,
  langchain,
  llm,
  http,
  undici,
  network,
  mongo,
  kafka,
  common,
  retryableFlag,
];
