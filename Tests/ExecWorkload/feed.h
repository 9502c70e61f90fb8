int run_feed(void);
