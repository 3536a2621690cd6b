-- A copy of the database must not reach the shop
UPDATE magento_connection
   SET consumer_key = NULL,
       consumer_secret = NULL,
       access_token = NULL,
       access_token_secret = NULL;
-- Nor CoopCycle
UPDATE coopcycle_connection
   SET username = NULL,
       password = NULL,
       application_key = NULL,
       application_secret = NULL,
       webhooks = NULL,
       webhook_key = NULL,
       fetch_interval = NULL;
UPDATE coopcycle_operation SET is_scheduled = false;
-- Nor does it bill anybody by itself
UPDATE billing_policy SET phase = 'draft' WHERE phase IN ('post', 'post_send');
UPDATE billing_operation SET is_scheduled = false;
-- Nor ask others for its customers' numbers
UPDATE res_company SET billing_check_vies = FALSE;
-- Nor a language model for notes
UPDATE billing_note_service SET is_on = FALSE, url = NULL, api_key = NULL;
-- Nor are customers sent what waits
UPDATE billing_dispatch SET state = 'held' WHERE state = 'queued';
-- Nor does a bank's line pay anything by itself
UPDATE billing_bank SET match_mode = 'suggest';
UPDATE billing_match SET asked_user_id = NULL;
-- Nor is anybody reminded, by itself or of what waits
UPDATE res_company SET billing_remind = 'off';
UPDATE billing_reminder SET state = 'proposed'
 WHERE state = 'queued' AND message_id IS NULL;
