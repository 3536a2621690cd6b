-- A copy of the database must not reach the shop
UPDATE magento_connection
   SET consumer_key = NULL,
       consumer_secret = NULL,
       access_token = NULL,
       access_token_secret = NULL;
